using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Opportunities.Data;
using Opportunities.MigrationService;

namespace Opportunities.SystemTests.Migrations;

/// <summary>The words that searches compare, as the database makes them of new rows and of those that were there.</summary>
public sealed class SearchWordsTests : IAsyncLifetime
{
    private const string Before = "20261128145028_UnmapSearchVector";
    private const string Schema = "20261128230100_SearchWords";

    private static readonly string[] _pieces =
    [
        "acme.example", "a/b", "/etc/hosts", "~/x", "-5", "+5", "2.0", "1e5", "-1.5e-3", "Zürich", "ZÜRICH", "刷新", "ガラス", "ระบบ", "서울",
        "e-mail", "x_y@z.example",
        "https://a.example/b?c=d&e=f#g", "C#", "c++", "<b>", "</b>", "<!--", "'", "’", "&amp;", "&", "🚀", "ﬁne", "½", "İ", "ß", "word",
        "WORD", "2nd", "v1.2.3",
        "a#b", "#", "+", "١٢", "שָׁלוֹם", "नमस्ते", "a\u0301", "\u00AD", "\u200B", "𝓐", "foo.", "(bar)", "\\", "\"q\"", "a:b", "x-1",
        "Łódź", "ǂ", "_", "--", "10%",
    ];

    private string _database = null!;

    public async Task InitializeAsync() => _database = await SharedServers.CreateDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("C")]
    [InlineData("C.UTF-8")]
    public async Task A_text_is_found_by_each_of_its_terms_and_by_what_the_release_before_looks_for(string locale)
    {
        var name = $"search_{locale.Length}_{Guid.NewGuid():N}";
        await RunAsync(_database, $"CREATE DATABASE {name} TEMPLATE template0 LOCALE '{locale}'");
        var database = new NpgsqlConnectionStringBuilder(_database) { Database = name, Pooling = false }.ConnectionString;
        await MigrateAsync(database);
        // Those that a text hangs together with differ: blank or nothing.
        var random = new Random(61);
        var texts = Enumerable.Range(0, 3000)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 8))
                .Select(_ => _pieces[random.Next(_pieces.Length)] + (random.Next(3) == 0 ? "" : " "))))
            .ToArray();
        Assert.Equal([], await TextsAsync(
            database,
            """
            SELECT text FROM unnest($1) AS text
            WHERE NOT tsvector_to_array(to_tsvector('simple', text)) <@ tsvector_to_array(search_words(text))
            """, texts));
        Assert.Equal([], await TextsAsync(
            database,
            """
            SELECT text || ': ' || term FROM unnest($1) AS text, regexp_split_to_table(text, '\s+') AS term
            WHERE NOT search_words(text) @@ search_query(ARRAY[term])
            """, texts));
        Assert.Equal([], await TextsAsync(
            database,
            """
            SELECT text || ': ' || left(term, n)
            FROM unnest($1) AS text, regexp_split_to_table(text, '\s+') AS term, generate_series(1, length(term)) n
            WHERE term ~ '^[A-Za-z0-9]+$' AND NOT search_words(text) @@ search_query(ARRAY[left(term, n)])
            """, texts));
    }

    [Fact]
    public async Task A_row_that_knows_nothing_of_search_is_found_and_found_anew_when_its_text_changes()
    {
        await MigrateAsync(_database);
        await RunAsync(_database, Insert("'Hafen Köln'", "1"));
        Assert.Equal(["Hafen Köln"], await FoundAsync("kol"));
        Assert.Equal(["Hafen Köln"], await FoundBeforeAsync("köln"));
        await RunAsync(_database, "UPDATE opportunities SET title = 'Hafen Łódź'");
        Assert.Equal(["Hafen Łódź"], await FoundAsync("lodz"));
        Assert.Equal([], await FoundAsync("kol"));
    }

    [Fact]
    public async Task Rows_that_were_there_are_found_after_the_upgrade_which_waits_for_a_writer_and_holds_nobody_up()
    {
        await MigrateAsync(_database, Before);
        await RunAsync(_database, Insert("CASE n % 3 WHEN 0 THEN 'Hafen Köln ' WHEN 1 THEN 'CRM/ERP ' ELSE 'Plain ' END || n", "2500"));
        await MigrateAsync(_database, Schema);
        Assert.Equal(833, (await FoundBeforeAsync("köln")).Count);

        await using var writer = new NpgsqlConnection(_database);
        await writer.OpenAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await RunAsync(writer, "UPDATE opportunities SET priority = 2 WHERE title = 'Hafen Köln 3'");
        var upgrade = MigrateAsync(_database);
        for (var n = 0; n < 20; n++)
        {
            await RunAsync(
                _database,
                "SET lock_timeout = '500ms'; UPDATE opportunities SET priority = 3 WHERE title <> 'Hafen Köln 3' AND title LIKE 'Hafen %'");
        }

        Assert.False(upgrade.IsCompleted);
        await transaction.CommitAsync();
        await upgrade.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(833, (await FoundAsync("koln")).Count);
        Assert.Equal(834, (await FoundAsync("erp")).Count);
        Assert.Equal([], await TextsAsync(
            _database,
            "SELECT title FROM opportunities WHERE search_vector IS DISTINCT FROM search_vector_of(title, client_name, description)", []));
        Assert.Equal(["1"], await TextsAsync(_database, "SELECT DISTINCT version::text FROM opportunities", []));
    }

    [Fact]
    public async Task A_user_that_may_not_create_the_extension_is_told_so()
    {
        var user = $"guest_{Guid.NewGuid():N}";
        await RunAsync(_database, $"CREATE ROLE {user} LOGIN PASSWORD 'guest'; GRANT ALL ON SCHEMA public TO {user}");
        var refused = await Assert.ThrowsAsync<MissingExtensionException>(
            () => MigrateAsync(new NpgsqlConnectionStringBuilder(_database) { Username = user, Password = "guest" }.ConnectionString));
        Assert.Contains("or an administrator run CREATE EXTENSION unaccent.", refused.Message, StringComparison.Ordinal);
        await RunAsync(_database, "CREATE EXTENSION unaccent");
        await MigrateAsync(new NpgsqlConnectionStringBuilder(_database) { Username = user, Password = "guest" }.ConnectionString);
    }

    private static string Insert(string title, string rows) =>
        $"""
         INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date,
           priority, status, created_by, updated_by, created_at, updated_at, version)
         SELECT gen_random_uuid(), {title}, 'A need', 'A client', 1, '2031-01-01Z', '2032-01-01Z',
           1, 'DRAFT', 'somebody', 'somebody', now(), now(), 1
         FROM generate_series(1, {rows}) n
         """;

    private Task<List<string>> FoundAsync(string word) =>
        TextsAsync(_database, "SELECT title FROM opportunities WHERE search_vector @@ search_query($1)", [word]);

    /// <summary>As the release before searches.</summary>
    private Task<List<string>> FoundBeforeAsync(string word) =>
        TextsAsync(_database, "SELECT title FROM opportunities WHERE search_vector @@ plainto_tsquery('simple', $1[1])", [word]);

    private static async Task MigrateAsync(string database, string? target = null)
    {
        await using var context = new OpportunitiesDbContext(new DbContextOptionsBuilder<OpportunitiesDbContext>()
            .UseNpgsql(SchemaMigrator.WithLockTimeout(database)).UseSnakeCaseNamingConvention().Options);
        if (target is not null)
        {
            await context.GetService<IMigrator>().MigrateAsync(target);
            return;
        }

        var options = Microsoft.Extensions.Options.Options.Create(new MigrationOptions());
        await new SchemaMigrator(context, options, NullLogger<SchemaMigrator>.Instance)
            .MigrateAsync(emptyFirst: false, default);
    }

    private static async Task<List<string>> TextsAsync(string database, string sql, string[] parameter)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("$1", StringComparison.Ordinal)) command.Parameters.Add(new() { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync()) texts.Add(reader.GetString(0));
        return texts;
    }

    private static async Task RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await RunAsync(connection, sql);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
