from django.db import migrations

from messaging_plugin import search_index


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [migrations.RunPython(search_index.install, search_index.uninstall)]
