using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Opportunities.Data;

namespace Opportunities.UnitTests.Data;

/// <summary>What belongs to every kind of part, and is forgotten where a new one is added.</summary>
public sealed class PartKindsTests
{
    private static readonly IModel _model = new OpportunitiesDbContextFactory().CreateDbContext([]).GetService<IDesignTimeModel>().Model;

    public static TheoryData<Type> Kinds() =>
        [.. typeof(OpportunityPart).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(OpportunityPart)) && !type.IsAbstract)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_a_collection_of_the_opportunity_in_a_table_of_the_name_that_the_history_has(Type kind)
    {
        var part = (OpportunityPart)RuntimeHelpers.GetUninitializedObject(kind);
        var collection = Assert.Single(
            _model.FindEntityType(typeof(Opportunity))!.GetNavigations(), navigation => navigation.TargetEntityType.ClrType == kind);
        Assert.Equal(part.Collection, collection.TargetEntityType.GetTableName());
        Assert.Equal(nameof(OpportunityPart.OpportunityId), Assert.Single(collection.ForeignKey.Properties).Name);
        Assert.Equal(DeleteBehavior.Cascade, collection.ForeignKey.DeleteBehavior);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_can_be_added_and_removed(Type kind)
    {
        var opportunity = Build.Draft(DateTime.UnixEpoch);
        var parts = typeof(Opportunity).GetMethod("Parts", BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(kind);
        Assert.NotNull(parts.Invoke(opportunity, []));
    }

    [Fact]
    public void An_enum_is_stored_under_its_name_and_a_priority_by_its_rank()
    {
        var properties = _model.GetEntityTypes().SelectMany(type => type.GetDeclaredProperties());
        var enums = properties.Where(property => property.ClrType.IsEnum).ToList();
        Assert.NotEmpty(enums);
        Assert.All(enums, property =>
            Assert.Equal(property.ClrType == typeof(Priority) ? "smallint" : "character varying(32)", property.GetColumnType()));
    }
}
