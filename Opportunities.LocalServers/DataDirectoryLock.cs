namespace Opportunities.LocalServers;

/// <summary>Keeps a second system out of the data of a running one. The operating system gives it back when the process dies.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory, which is made when it does not exist.</summary>
    /// <exception cref="LocalServerException">A system runs there already.</exception>
    public static DataDirectoryLock Acquire(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new DataDirectoryLock(new FileStream(
                Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new LocalServerException(
                $"{directory} belongs to another user (was the system run as root before?): run it as that user, or remove the folder.",
                exception);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new LocalServerException(
                $"The system runs from {directory} already: stop it first (Ctrl+C where it was started).", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
