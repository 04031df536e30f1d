using Opportunities.Data.Requirements;

namespace Opportunities.MigrationService;

/// <summary>A few hundred believable opportunities in all states. Rows have fixed ids, so that adding them is idempotent.</summary>
internal sealed class DemoData(OpportunitiesDbContext database, TimeProvider time)
{
    public const int Count = 300;

    private const int Seed = 20230101;

    private static readonly string[] _clients =
    [
        "Alpine Rail", "Baltic Shipping", "Cedar Health", "Delta Insurance", "Evergreen Energy", "Fjord Foods", "Granite Bank",
        "Harbour Logistics", "Indigo Retail", "Juniper Telecom", "Kestrel Airways", "Lumen Utilities",
    ];

    private static readonly (string Work, string Problem, string[] Skills)[] _needs =
    [
        ("Cloud migration of the order system",
            "The order system runs in a data centre whose contract ends within the year. Releases take a weekend, capacity cannot follow "
            + "the season, and nobody may touch the batch jobs.",
            ["AWS", "PostgreSQL", "Terraform"]),
        ("Fraud detection for card payments",
            "Losses through card fraud have doubled while the rules engine rejects honest customers. The team needs decisions within a "
            + "hundred milliseconds, and an explanation for each of them.",
            ["Machine Learning", "Kafka", "Python"]),
        ("Customer portal renewal",
            "The portal is eight years old, fails accessibility checks, and every change needs two vendors. Customers call the hotline for "
            + "what they should be able to do themselves.",
            ["React", ".NET", "Accessibility"]),
        ("Data platform for demand planning",
            "Planning works on spreadsheets that arrive by mail. Figures are two days old when they are read, and no two departments agree "
            + "on the same number for the same product.",
            ["Snowflake", "dbt", "Data Modelling"]),
        ("Zero trust network access",
            "Remote staff use a VPN that gives access to everything once they are in. An audit found shared accounts, and the insurer asks "
            + "for proof of segmentation before renewal.",
            ["Identity Management", "Network Security", "ISO 27001"]),
        ("Warehouse automation integration",
            "Three robots from three makers stand in the new hall and none of them talks to the warehouse system. Every order is keyed in "
            + "twice, and errors show only at the dock.",
            ["Integration", "OPC UA", "Java"]),
    ];

    private static readonly string[] _owners = ["dev-rep-1", "dev-rep-2", "dev-manager"];

    private static readonly OpportunityStatus[] _path =
    [
        OpportunityStatus.Submitted, OpportunityStatus.MatchingInProgress, OpportunityStatus.MatchesFound,
        OpportunityStatus.ArchitectSelected, OpportunityStatus.Completed,
    ];

    /// <summary>Adds the demo opportunities that are not there.</summary>
    /// <param name="startOver">Whether those that are there are replaced, changed ones included.</param>
    public async Task<int> AddAsync(bool startOver, CancellationToken cancellationToken)
    {
        var ids = Enumerable.Range(0, Count).Select(Id).ToArray();
        var demo = database.Opportunities.IgnoreQueryFilters().Where(o => ids.Contains(o.Id));
        if (startOver) await demo.ExecuteDeleteAsync(cancellationToken);
        var present = await demo.Select(o => o.Id).ToHashSetAsync(cancellationToken);
        var random = new Random(Seed);
        var missing = ids.Select(id => Make(id, random)).Where(opportunity => !present.Contains(opportunity.Id)).ToList();
        database.AddRange(missing);
        await database.SaveChangesAsync(cancellationToken);
        return missing.Count;
    }

    private static Guid Id(int index) => Guid.Parse($"01856aa0-8800-7000-8000-{index:x12}");

    private Opportunity Make(Guid id, Random random)
    {
        var (work, problem, skills) = _needs[random.Next(_needs.Length)];
        var client = _clients[random.Next(_clients.Length)];
        var created = ChangeContext.Now(_owners[random.Next(_owners.Length)], time);
        created = created with { At = created.At.AddMinutes(-random.Next(20 * 24 * 60, 60 * 24 * 60)) };
        var start = created.At.Date.AddDays(random.Next(30, 120));
        var opportunity = Opportunity.Create(
            new OpportunityContent
            {
                Title = $"{work} – {client}",
                Description = problem,
                ClientName = client,
                EstimatedBudget = random.Next(20, 900) * 1_000m,
                EstimatedStartDate = start,
                EstimatedEndDate = start.AddDays(random.Next(30, 400)),
                Priority = (Priority)random.Next(1, 5),
            },
            created,
            id);
        opportunity.Add(
            new ProblemStatement(new($"{problem} The client expects a first result within a quarter.", random.Next(1, 6))), created);
        foreach (var skill in skills)
        {
            opportunity.Add(
                new SkillRequirement(new(skill, SkillType.Technical, (ExperienceLevel)random.Next(4), (Importance)random.Next(2))),
                created);
        }

        opportunity.Add(
            new TimelineRequirement(new("First result in production", start.AddDays(20), TimelineType.Milestone, random.Next(2) == 0)),
            created);

        var at = created.At;
        foreach (var next in _path.Take(random.Next(_path.Length + 1)))
        {
            at = at.AddDays(random.Next(1, 4));
            opportunity.ChangeStatus(next, new ChangeContext("dev-manager", at, "Demo data"));
        }

        if (opportunity.Status != OpportunityStatus.Completed && random.Next(8) == 0)
        {
            opportunity.ChangeStatus(
                OpportunityStatus.Cancelled, new ChangeContext("dev-manager", at.AddDays(1), "Demo data: the client chose another way."));
        }

        return opportunity;
    }
}
