using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Opportunities.MigrationService;

/// <summary>Section <c>DatabaseRoles</c>: the user that the API connects as, where it is not the schema's owner.</summary>
internal sealed class DatabaseRolesOptions : IValidatableObject
{
    public const string Section = "DatabaseRoles";

    /// <summary>Its name; empty where the API connects as the owner, as in development.</summary>
    [RegularExpression("[a-z_][a-z0-9_]{0,62}")]
    public string ApiUsername { get; set; } = "";

    public string ApiPassword { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiUsername.Length > 0 && (ApiPassword.Length == 0 || !ApiPassword.All(char.IsAscii)))
            yield return new ValidationResult($"{Section}:{nameof(ApiPassword)} is wanted with {nameof(ApiUsername)}, in ASCII.");
    }
}

/// <summary>
/// Who may do what in the database: whoever migrates owns, the API reads and writes rows, people read. Idempotent. A user of the API's that
/// is named no more keeps what it may: processes may still be connected as it.
/// </summary>
internal sealed class DatabaseRoles(OpportunitiesDbContext database, IOptions<DatabaseRolesOptions> options)
{
    private const string Rows = "opportunities_rows";
    private const string Reader = "opportunities_reader";

    /// <summary>One run at a time ("oppr" in ASCII): roles belong to the server and not to the database.</summary>
    private const long Lock = 0x6f707072;

    /// <summary>Makes the roles that are missing and gives them what they may.</summary>
    public async Task GrantAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ApiUsername is not { Length: > 0 } api) return;
        await using var connection = new NpgsqlConnection(database.Database.GetConnectionString());
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync($"SELECT pg_advisory_xact_lock({Lock})");
        foreach (var (role, login) in new[] { (Rows, "NOLOGIN"), (Reader, "LOGIN"), (api, "LOGIN") })
        {
            if (!await IsThereAsync(role)) await RunAsync($"CREATE ROLE {role} {login}");
        }

        await RunAsync(
            $"""
            GRANT USAGE ON SCHEMA public TO {Rows}, {Reader};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {Rows};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {Rows};
            REVOKE INSERT, UPDATE, DELETE ON "__EFMigrationsHistory" FROM {Rows};
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO {Reader};
            REVOKE SELECT ON data_protection_keys, idempotent_requests FROM {Reader};
            GRANT {Rows} TO {api};
            ALTER ROLE {api} PASSWORD '{Verifier(options.Value.ApiPassword)}';
            """);
        // RDS: who has this signs in with a token of IAM's.
        if (await IsThereAsync("rds_iam")) await RunAsync($"GRANT rds_iam TO {Reader}");
        await transaction.CommitAsync(cancellationToken);

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        async Task<bool> IsThereAsync(string role)
        {
            await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", connection, transaction);
            command.Parameters.AddWithValue(role);
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
    }

    /// <summary>What the server keeps of a password (RFC 5803), made here: statements, and what stands in them, are logged.</summary>
    private static string Verifier(string password)
    {
        const int Iterations = 4096;
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
