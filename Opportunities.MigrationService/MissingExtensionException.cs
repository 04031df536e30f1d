namespace Opportunities.MigrationService;

/// <summary>The database has not, and cannot be given, an extension that the schema needs.</summary>
internal sealed class MissingExtensionException(bool isInstalled) : Exception(isInstalled
    ? "The database lacks the extension unaccent, and this user may not create it: "
        + "as the database's owner or an administrator run CREATE EXTENSION unaccent."
    : "The database server lacks the extension unaccent: install PostgreSQL's contrib modules there (the package postgresql-contrib).");
