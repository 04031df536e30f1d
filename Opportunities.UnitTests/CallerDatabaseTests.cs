using System.Reflection;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Opportunities.Api;
using Opportunities.Data;

namespace Opportunities.UnitTests;

/// <summary>Requests have the database on their callers' account.</summary>
public sealed class CallerDatabaseTests
{
    private static readonly Type[] _unlimited = [typeof(NpgsqlDataSource), typeof(OpportunitiesDbContext)];

    [Fact]
    public void No_operation_asks_for_a_connection_that_nobody_counts()
    {
        var operations = typeof(CallerDatabase).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(static method => method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(HttpContext)))
            .ToList();
        Assert.Contains(
            operations,
            static operation => operation.GetParameters().Any(static parameter => parameter.ParameterType == typeof(CallerDatabase)));
        Assert.All(operations, static operation => Assert.Empty(
            operation.GetParameters().Select(static parameter => parameter.ParameterType).Intersect(_unlimited)));
    }
}
