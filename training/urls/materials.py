from django.urls import path

from training.views import materials

urlpatterns = [
    path("chuyen-de/", materials.topics, name="topics"),
    path("chuyen-de/<int:pk>/", materials.topic, name="topic"),
    path("chuyen-de/<int:pk>/tai-lieu/", materials.material_add, name="material_add"),
    path("tai-lieu/<int:pk>/sua/", materials.material_edit, name="material_edit"),
    path("tai-lieu/<int:pk>/bo/", materials.material_remove, name="material_remove"),
    path("tai-lieu/<int:pk>/tep/", materials.material_file, name="material_file"),
]
