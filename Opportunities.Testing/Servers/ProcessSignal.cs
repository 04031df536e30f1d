namespace Opportunities.Testing;

/// <summary>The signals that a child process is sent.</summary>
internal enum ProcessSignal
{
    /// <summary>SIGINT: PostgreSQL closes its connections and stops ("fast").</summary>
    Interrupt,

    /// <summary>SIGQUIT: PostgreSQL stops at once, with all its processes and without tidying up ("immediate").</summary>
    Quit,

    /// <summary>SIGTERM: the ordinary request to stop.</summary>
    Terminate,

    /// <summary>SIGKILL: gone at once.</summary>
    Kill,

    /// <summary>SIGSTOP: stands still until <see cref="Continue"/>.</summary>
    Stop,

    /// <summary>SIGCONT: goes on.</summary>
    Continue,
}
