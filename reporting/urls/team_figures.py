from django.urls import path

from reporting.views import team_figures, team_link_page, team_links

PAGE = "so-lieu/<slug:code>/<int:period>/"

urlpatterns = [
    path("so-lieu/", team_figures.index, name="team_figures_index"),
    path("so-lieu/ky/<int:period>/", team_figures.province, name="team_figures_province"),
    path(PAGE, team_figures.figures, name="team_figures"),
    path(f"{PAGE}to/<int:team>/", team_figures.save, name="team_figures_save"),
    path(f"{PAGE}dan/", team_figures.paste, name="team_figures_paste"),
    path(f"{PAGE}nhu-ky-truoc/", team_figures.copy, name="team_figures_copy"),
    path(f"{PAGE}nhan/", team_figures.take, name="team_figures_take"),
    path(f"{PAGE}khong-nhan/<int:pk>/", team_figures.refuse, name="team_figures_refuse"),
    path(f"{PAGE}lien-ket/", team_links.links, name="links"),
    path(f"{PAGE}lien-ket/tao/", team_links.make, name="links_make"),
    path(f"{PAGE}lien-ket/in/", team_links.slips, name="links_slips"),
    path(f"{PAGE}lien-ket/<int:pk>/thu-hoi/", team_links.revoke, name="link_revoke"),
    path(f"{PAGE}lien-ket/<int:pk>/tao-lai/", team_links.renew, name="link_renew"),
    path("gui/<str:token>/", team_link_page.team_link, name="team_link"),
]
