namespace Opportunities.Api.Attachments;

/// <summary>Section <c>Attachments</c>: where files are kept; exactly one of bucket and directory.</summary>
internal sealed class AttachmentOptions : IValidatableObject
{
    public const string Section = "Attachments";

    public string? Bucket { get; set; }

    /// <summary>An S3-compatible server, addressed by path; without it, Amazon S3 of the environment's region.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>A directory that all replicas share; the API itself then takes and gives the files under signed URLs.</summary>
    public string? Directory { get; set; }

    /// <summary>When a file that no attachment refers to counts as abandoned.</summary>
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromHours(24);

    public TimeSpan CleaningInterval { get; set; } = TimeSpan.FromHours(6);

    public bool UsesBucket => !string.IsNullOrWhiteSpace(Bucket);
    private bool UsesDirectory => !string.IsNullOrWhiteSpace(Directory);

    /// <summary>Gives a developer's machine a directory where nothing else is said.</summary>
    public void UseDefaults(IHostEnvironment environment)
    {
        if (environment.IsDevelopment() && !UsesBucket && !UsesDirectory)
            Directory = Path.GetFullPath(Path.Combine(environment.ContentRootPath, "..", "attachments"));
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UsesBucket == UsesDirectory)
            yield return new($"{Section}: exactly one of {nameof(Bucket)} and {nameof(Directory)} must be set.");
        if (UsesDirectory && !Path.IsPathFullyQualified(Directory!))
            yield return new($"{Section}:{nameof(Directory)} must be a full path.");
        if (!string.IsNullOrWhiteSpace(ServiceUrl)
            && (!UsesBucket || !Uri.TryCreate(ServiceUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
        {
            yield return new($"{Section}:{nameof(ServiceUrl)} must be an http or https URL, beside {nameof(Bucket)}.");
        }

        if (OrphanAge <= TimeSpan.Zero || CleaningInterval <= TimeSpan.Zero)
            yield return new($"{Section}: {nameof(OrphanAge)} and {nameof(CleaningInterval)} must be above zero.");
    }
}
