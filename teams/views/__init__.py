"""The register's pages: a view finds the rows through `request.scope`, calls one service or query, renders."""
