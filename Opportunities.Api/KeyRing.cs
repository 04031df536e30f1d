using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Opportunities.Data;

namespace Opportunities.Api;

/// <summary>
/// The keys that all processes protect cursors with, in the database. They are read before the process serves: with statements, because
/// EF Core would first compile its model and a query, a tenth of the time until healthy.
/// Not with <see cref="Statement"/>: the framework reads and stores keys synchronously.
/// </summary>
internal sealed class KeyRing(IServiceScopeFactory scopes) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Run("SELECT xml FROM data_protection_keys WHERE xml <> ''", static command =>
    {
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read()) keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    });

    public void StoreElement(XElement element, string friendlyName) => Run("INSERT INTO data_protection_keys (friendly_name, xml) VALUES ($1, $2)", command =>
    {
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        return command.ExecuteNonQuery();
    });

    private T Run<T>(string sql, Func<NpgsqlCommand, T> run)
    {
        using var scope = scopes.CreateScope();
        var database = scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>().Database;
        database.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand(sql, (NpgsqlConnection)database.GetDbConnection());
            return run(command);
        }
        finally
        {
            database.CloseConnection();
        }
    }
}

/// <summary>Registers data protection with its keys in the database.</summary>
internal static class KeyRingServices
{
    public static void AddKeyRing(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("opportunities");
        services.AddOptions<KeyManagementOptions>().Configure<IServiceScopeFactory>(static (keys, scopes) => keys.XmlRepository = new KeyRing(scopes));
    }
}
