using Opportunities.Api.Http;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>One request among many: which, of which opportunity, on which condition, with which body.</summary>
internal sealed record BatchOperation(string Op, Guid? Id, ExternalId? ExternalId, string? IfMatch, JsonElement? Body)
{
    public const string Create = "CREATE";
    public const string Update = "UPDATE";
    public const string Upsert = "UPSERT";
    public const string Status = "STATUS";
    public const string Delete = "DELETE";

    public static readonly IdMember IdMember = new("id");

    private static readonly ChoiceMember _op = new("op", [Create, Update, Upsert, Status, Delete], "BatchOp");
    private static readonly EntityTagsMember _ifMatch = new("if_match");
    private static readonly BodyMember _body = new("body");

    public static Shape<BatchOperation> Shape { get; } = new(
        "BatchOperation", "One request among many.",
        """{"op":"UPDATE","external_id":{"source":"crm","id":"4711"},"if_match":"\"3\"","body":{"title":"Updated Opportunity"}}""",
        static input =>
        {
            var read = new BatchOperation(
                input.Required(_op),
                Sent(IdMember, input),
                input.Optional(OpportunityMembers.ExternalId, null),
                input.Optional(_ifMatch, null!),
                Sent(_body, input));
            read.Check(input);
            return read;
        });

    /// <summary>The conditions, as the single request has them among its headers.</summary>
    public IHeaderDictionary Headers { get; } = IfMatch is null
        ? new HeaderDictionary()
        : new HeaderDictionary { [HeaderNames.IfMatch] = IfMatch };

    private static T? Sent<T>(Member<T> member, JsonInput input)
        where T : struct
    {
        var value = input.Optional(member, default);
        return input.Has(member) ? value : null;
    }

    private void Check(MemberReader input)
    {
        if (Op is Create)
        {
            RefuseIf(Id is not null, IdMember, "must not be sent with CREATE.");
            RefuseIf(ExternalId is not null, OpportunityMembers.ExternalId, "must stand in the body of CREATE.");
            RefuseIf(IfMatch is not null, _ifMatch, "must not be sent with CREATE.");
        }
        else if (Op is Upsert)
        {
            RefuseIf(Id is not null, IdMember, "must not be sent with UPSERT.");
            RefuseIf(ExternalId is null, OpportunityMembers.ExternalId, "is required by UPSERT.");
        }
        else if (Op is not null)
        {
            RefuseIf(!input.Has(IdMember) && ExternalId is null, IdMember, "is required, or external_id.");
            RefuseIf(Id is not null && ExternalId is not null, IdMember, "must not be sent beside external_id.");
        }

        RefuseIf(Op is Delete && Body is not null, _body, "must not be sent with DELETE.");
        RefuseIf(Op is Create or Update or Upsert or Status && !input.Has(_body), _body, "is required.");

        void RefuseIf(bool isWrong, IMember member, string message)
        {
            if (isWrong) input.Refuse(member, message);
        }
    }
}

/// <summary>What a request's <c>If-Match</c> would be.</summary>
internal sealed class EntityTagsMember(string name) : StringMember<string>(name, MaxLength)
{
    private const int MaxLength = 255;

    public override string? Parse(string text, out string value)
    {
        value = text;
        return text.Length <= MaxLength && ETags.TryParse(text, out _) ? null : ETags.Malformed;
    }
}

/// <summary>What a single request's body would be.</summary>
internal sealed class BodyMember(string name) : Member<JsonElement>(name, JsonValueKind.Object)
{
    protected override string? ParseJson(JsonElement element, out JsonElement value)
    {
        value = element;
        return null;
    }

    public override IOpenApiSchema Describe(OpenApiDocument document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        Description = "The body of the single request: CreateOpportunity, UpdateOpportunity, UpsertOpportunity or ChangeStatus.",
    };
}
