using Opportunities.LocalServers;

namespace Opportunities.Bench;

/// <summary>Lets one benchmark at a time use the folder with the filled databases.</summary>
internal static class DataDirectoryGuard
{
    public static FileStream Hold(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new LocalServerException("Another benchmark is running.", exception);
        }
    }
}
