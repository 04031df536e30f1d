using System.Security.Cryptography;
using System.Text;

namespace Opportunities.LocalServers;

/// <summary>The user that servers run as when this process is root: PostgreSQL refuses root, and Redis has no need of it.</summary>
internal sealed record UnprivilegedUser(string Name, uint Id, uint Group)
{
    private static readonly string[] _candidates = ["postgres", "nobody"];

    /// <summary>The user to drop to; null when this process is not root already.</summary>
    public static UnprivilegedUser? Needed => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? Find() : null;

    /// <summary>The command, run as this user.</summary>
    public LaunchCommand Wrap(LaunchCommand command)
    {
        var setpriv = Executables.Find("setpriv", Executables.SearchPath) ?? throw new LocalServerException(
            "This runs as root, PostgreSQL refuses to, and `setpriv`, which drops the privileges, is missing: "
            + "install util-linux, or run as another user.");
        return command.Through(setpriv, $"--reuid={Id}", $"--regid={Group}", "--clear-groups", "--");
    }

    /// <summary>
    /// The directory itself where this user can reach it. Below a closed one (a clone in <c>/root</c>, say) no permission of its
    /// own helps; then a directory under <c>/var/lib</c> that belongs to this path alone.
    /// </summary>
    public async Task<string> ReachableAsync(string directory, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        var enter = Wrap(new LaunchCommand("/bin/sh", "-c", "cd \"$1\"", "sh", parent) { WorkingDirectory = "/" });
        if ((await enter.RunAsync(cancellationToken)).ExitCode == 0) return directory;
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parent)))[..12];
        var reachable = Path.Combine("/var/lib/opportunities", mark, Path.GetFileName(directory));
        Directory.CreateDirectory(Path.GetDirectoryName(reachable)!);
        return reachable;
    }

    /// <summary>Gives files and directories, without what is in them, to this user.</summary>
    public async Task OwnAsync(string[] paths, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await new LaunchCommand("chown", [$"{Id}:{Group}", .. paths]).RunAsync(cancellationToken);
        if (exitCode != 0) throw new LocalServerException($"{string.Join(", ", paths)} cannot be given to user {Name}: {output}");
    }

    private static UnprivilegedUser Find()
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToArray();
        var user = _candidates.Select(name => Array.Find(users, fields => fields[0] == name)).FirstOrDefault(fields => fields is not null)
            ?? throw new LocalServerException(
                $"This runs as root, PostgreSQL refuses to, and there is no user {string.Join(" or ", _candidates)} to run it as.");
        return new UnprivilegedUser(user[0], uint.Parse(user[2]), uint.Parse(user[3]));
    }
}
