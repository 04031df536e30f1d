using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Opportunities.LocalServers;

/// <summary>Which port of this machine's own addresses a server shall listen on.</summary>
public readonly record struct ListenPort
{
    /// <summary>What was found free: its server has yet to start, and another one that starts now is not to be given it as well.</summary>
    private static readonly ConcurrentDictionary<int, bool> _given = new();

    private ListenPort(int number, bool isRequired) => (Number, IsRequired) = (number, isRequired);

    /// <summary>Any free port.</summary>
    public static ListenPort Free => default;

    /// <summary>The wanted port; null for any.</summary>
    public int? Number { get; }

    /// <summary>Whether another port would not do.</summary>
    public bool IsRequired { get; }

    /// <summary>This port where it is free, otherwise any free one.</summary>
    public static ListenPort Usually(int number) => new(number, isRequired: false);

    /// <summary>This port and no other.</summary>
    public static ListenPort Exactly(int number) => new(number, isRequired: true);

    /// <summary>Decides on a port that is free now.</summary>
    /// <exception cref="LocalServerException">The port is required and taken.</exception>
    public int Choose(string user)
    {
        if (Number is not { } number) return FindFree();
        if (IsFree(number)) return number;
        return IsRequired ? throw Taken(number, user) : FindFree();
    }

    /// <summary>The refusal of a required port.</summary>
    internal static LocalServerException Taken(int number, string user) =>
        new($"Port {number}, which {user} shall listen on, is taken by another program: "
            + "stop that one, or choose another port.");

    /// <summary>Whether nobody listens on either address of <c>localhost</c>: who does would get some of our requests.</summary>
    private static bool IsFree(int number) => IsFree(IPAddress.Loopback, number) && IsFree(IPAddress.IPv6Loopback, number);

    private static bool IsFree(IPAddress address, int number)
    {
        try
        {
            using var listener = new TcpListener(address, number);
            listener.Start();
            return true;
        }
        catch (SocketException exception)
        {
            // A machine without IPv6 has nobody there.
            return exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable;
        }
    }

    /// <summary>Below the range of outgoing connections: one of those could take the port before the server starts.</summary>
    private static int FindFree()
    {
        int number;
        do
            number = Random.Shared.Next(20_000, 32_000);
        while (!_given.TryAdd(number, true) || !IsFree(number));
        return number;
    }
}
