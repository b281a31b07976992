from django.urls import path

from reporting.views import review

urlpatterns = [
    path("tham-dinh/", review.review_desk, name="review_desk"),
    path("tham-dinh/duyet/", review.accept_clean, name="review_accept_clean"),
    path("tham-dinh/gop-y/", review.ready_add, name="ready_add"),
    path("tham-dinh/gop-y/<int:comment_id>/bo/", review.ready_remove, name="ready_remove"),
    path("tham-dinh/<int:pk>/", review.review, name="review"),
    path("tham-dinh/<int:pk>/nhan/", review.take, name="review_take"),
    path("tham-dinh/<int:pk>/duyet/", review.accept, name="review_accept"),
    path("tham-dinh/<int:pk>/tra-lai/", review.give_back, name="review_return"),
    path("tham-dinh/<int:pk>/mo-lai/", review.reopen, name="review_reopen"),
]
