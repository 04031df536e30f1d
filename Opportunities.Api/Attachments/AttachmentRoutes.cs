using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Attachments;

/// <summary>The operations on the files of an opportunity, and the addresses at which our own file store gives and takes them.</summary>
internal static class AttachmentRoutes
{
    public static void MapAttachments(this WebApplication app)
    {
        var group = app.MapOpportunityGroup("Attachments", "/{id}/attachments");
        CreateUploadUrl.Map(group);
        CompleteUpload.Map(group);
        ListAttachments.Map(group);
        CreateDownloadUrl.Map(group);
        DeleteAttachment.Map(group);
        ServeFiles.Map(app);
    }
}
