using System.Globalization;

namespace Opportunities.Bench;

/// <summary>What is measured, from the command line.</summary>
internal sealed class BenchOptions
{
    public const string Usage =
        """
        bench/run [options]

          --rows N[,N…]        table sizes, such as 10k,100k,1M (default 10k,1M)
          --duration SECONDS   of one measurement (default 5)
          --rounds N           rounds; every figure is their median (default 3)
          --only NAME[,NAME…]  workloads whose names begin so; also: start, hey, replicas
          --connections N[,…]  connections of the generator (default 64; list, item and create also 1 and 256, batch 1)
          --quick              10k rows, three rounds of 2 s of what the targets ask for: under five minutes; its ratios are comparable within it
          --target NAME=URL    measures another server with the same API as well; with
          --target-token TOKEN the token to send it
          --note TEXT          is kept with the results
        """;

    public IReadOnlyList<int> Rows { get; private set; } = [10_000, 1_000_000];

    public TimeSpan Duration { get; private set; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; private set; } = 3;

    public IReadOnlyList<string> Only { get; private set; } = [];

    public IReadOnlyList<int>? Connections { get; private set; }

    public bool IsQuick { get; private set; }

    public (string Name, Uri Url)? Target { get; private set; }

    public string? TargetToken { get; private set; }

    public string? Note { get; private set; }

    /// <exception cref="FormatException">They are not understood.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        for (var at = 0; at < arguments.Count; at++)
        {
            switch (arguments[at])
            {
                case "--quick":
                    options.IsQuick = true;
                    (options.Rows, options.Duration, options.Rounds) = ([10_000], TimeSpan.FromSeconds(2), 3);
                    break;
                case "--rows":
                    options.Rows = [.. Next().Split(',').Select(Count)];
                    break;
                case "--duration":
                    options.Duration = TimeSpan.FromSeconds(double.Parse(Next(), CultureInfo.InvariantCulture));
                    break;
                case "--rounds":
                    options.Rounds = Count(Next());
                    break;
                case "--only":
                    options.Only = Next().Split(',');
                    break;
                case "--connections":
                    options.Connections = [.. Next().Split(',').Select(Count)];
                    break;
                case "--target":
                    options.Target = Next().Split('=', 2) is [var name, var url]
                        ? (name, new Uri(url))
                        : throw new FormatException("--target takes NAME=URL.");
                    break;
                case "--target-token":
                    options.TargetToken = Next();
                    break;
                case "--note":
                    options.Note = Next();
                    break;
                default:
                    throw new FormatException($"{arguments[at]} is not an option.");
            }

            string Next() => ++at < arguments.Count ? arguments[at] : throw new FormatException($"{arguments[at - 1]} needs a value.");
        }

        return options;
    }

    /// <summary>As <see cref="Parse"/>, with what a comparison is without options: seven rounds on 10,000 rows.</summary>
    /// <exception cref="FormatException">They are not understood.</exception>
    public static BenchOptions ParseComparison(IReadOnlyList<string> arguments) =>
        Parse(["--rows", "10k", "--rounds", "7", "--duration", "3", .. arguments]);

    /// <summary>Whether something of this name is measured.</summary>
    public bool Includes(string name) => Only.Count == 0 || Only.Any(name.StartsWith);

    private static int Count(string text) => text[^1] switch
    {
        'k' => int.Parse(text[..^1], CultureInfo.InvariantCulture) * 1_000,
        'M' => int.Parse(text[..^1], CultureInfo.InvariantCulture) * 1_000_000,
        _ => int.Parse(text, CultureInfo.InvariantCulture),
    };
}
