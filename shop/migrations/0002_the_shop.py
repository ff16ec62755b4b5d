from typing import Any

from django.db import migrations


def make_the_shop(apps: Any, _schema_editor: Any) -> None:
    """The one row of settings, with the defaults of its model."""
    apps.get_model("shop", "ShopSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(make_the_shop, migrations.RunPython.noop)]
