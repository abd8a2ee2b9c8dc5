"""The database server: the embedded cluster, connections, migrations, roles."""
