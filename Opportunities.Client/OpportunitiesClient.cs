using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.Client;

/// <summary>
/// The service's operations, one method each, generated from its OpenAPI document. A refusal is an <see cref="ApiException{T}"/>
/// of <see cref="Problem"/>; 304 and whatever else has no body is an <see cref="ApiException"/>.
/// </summary>
public partial class OpportunitiesClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings)
    {
        // The service refuses null for a member that is not nullable: what is not set is not sent.
        settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        settings.Converters.Add(new JsonStringEnumConverter());
        settings.Converters.Add(new TimeConverter());
    }
}
