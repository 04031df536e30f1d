using Amazon.S3;
using Microsoft.AspNetCore.DataProtection;
using Opportunities.Api.Background;

namespace Opportunities.Api.Attachments;

internal static class AttachmentServices
{
    public static void AddAttachments(this IServiceCollection services)
    {
        services.AddOptions<AttachmentOptions>()
            .BindConfiguration(AttachmentOptions.Section)
            .PostConfigure<IHostEnvironment>(static (options, environment) => options.UseDefaults(environment))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHttpContextAccessor();
        services.AddSingleton<IAmazonS3>(
            static provider => S3ObjectStore.CreateClient(provider.GetRequiredService<IOptions<AttachmentOptions>>().Value));
        services.AddSingleton(static provider => new FileTokens(provider.GetRequiredService<IDataProtectionProvider>()));
        services.AddSingleton<IObjectStore>(static provider => provider.GetRequiredService<IOptions<AttachmentOptions>>().Value.UsesBucket
            ? ActivatorUtilities.CreateInstance<S3ObjectStore>(provider)
            : ActivatorUtilities.CreateInstance<FileObjectStore>(provider));
        services.AddSingleton<Job, OrphanCleaner>();
    }
}
