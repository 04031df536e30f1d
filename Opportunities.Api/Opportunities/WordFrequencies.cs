namespace Opportunities.Api.Opportunities;

/// <summary>The terms of a search: those that the index is asked for, and those that the found rows are looked at for.</summary>
/// <param name="Indexed">The rare ones; at least one.</param>
/// <param name="Filtered">The frequent ones.</param>
/// <param name="AreRare">Whether those of the index leave few rows, as far as is known.</param>
internal sealed record SearchTerms(string[] Indexed, string[] Filtered, bool AreRare);

/// <summary>
/// How frequent words are, as PostgreSQL's statistics say. An index finds the beginning of a word by reading every row that has it;
/// a search therefore asks it for the rare ones alone. It is a guess about cost: any guess finds the same rows.
/// </summary>
internal sealed partial class WordFrequencies(NpgsqlDataSource database, ILogger<WordFrequencies> logger)
{
    /// <summary>Of all rows: what more rows have is frequent. Reading a million from the index takes some 30 ms.</summary>
    private const float Frequent = 0.01f;

    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(10);

    private volatile Sample _sample = new([], []);
    private long _due = long.MinValue;

    /// <summary>Parts the terms of a search. An old sample is made anew meanwhile: nothing runs where nobody searches.</summary>
    [return: NotNullIfNotNull(nameof(query))]
    public SearchTerms? Part(string? query)
    {
        if (query is null) return null;
        var (now, due) = (Environment.TickCount64, Interlocked.Read(ref _due));
        if (now >= due && Interlocked.CompareExchange(ref _due, now + (long)_lifetime.TotalMilliseconds, due) == due)
            _ = Task.Run(ReadAsync);
        return _sample.Part(query);
    }

    private async Task ReadAsync()
    {
        try
        {
            var rows = await new SqlBuilder().Add(
                """
                SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
                WHERE schemaname = current_schema AND tablename = 'opportunities' AND attname = 'search_vector'
                  AND most_common_elems IS NOT NULL
                """).ToListAsync(
                    database,
                    static row => (Words: row.GetFieldValue<string[]>(0), Frequencies: row.GetFieldValue<float[]>(1)),
                    CancellationToken.None);
            if (rows is [var (words, frequencies)]) _sample = new(words, frequencies);
        }
        catch (NpgsqlException exception)
        {
            LogUnknown(logger, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "How frequent words are is not known anew: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);

    /// <summary>Words as the index has them, and which part of all rows has each.</summary>
    internal sealed class Sample
    {
        private readonly string[] _words;
        private readonly float[] _frequencies;

        public Sample(string[] words, float[] frequencies)
        {
            // The least and the greatest frequency follow those of the words.
            (_words, _frequencies) = ([.. words], frequencies[..words.Length]);
            Array.Sort(_words, _frequencies, StringComparer.Ordinal);
        }

        public SearchTerms Part(string query)
        {
            // What parts words for .NET parts them in the database too.
            var terms = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var frequencies = Array.ConvertAll(terms, Frequency);
            var least = frequencies.DefaultIfEmpty().Min();
            if (least >= Frequent)
            {
                var rarest = Array.IndexOf(frequencies, least);
                return new([terms[rarest]], [.. terms.Where((_, n) => n != rarest)], AreRare: false);
            }

            return new(
                [.. terms.Where((_, n) => frequencies[n] < Frequent)],
                [.. terms.Where((_, n) => frequencies[n] >= Frequent)],
                AreRare: true);
        }

        /// <summary>How frequent words are that begin as the last part of a term does: it is the only one that may go on.</summary>
        private float Frequency(string term)
        {
            var folded = term.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
            var end = folded.Length;
            while (end > 0 && !char.IsLetterOrDigit(folded[end - 1])) end--;
            var start = end;
            while (start > 0 && char.IsLetterOrDigit(folded[start - 1])) start--;
            var beginning = folded[start..end];
            // Of one letter: frequent, whatever the sample says.
            var sum = beginning.Length == 1 && char.IsAscii(beginning[0]) ? 0.1f : 0;
            if (beginning.Length == 0) return sum;
            var at = Array.BinarySearch(_words, beginning, StringComparer.Ordinal);
            if (at < 0) at = ~at;
            for (; at < _words.Length && _words[at].StartsWith(beginning, StringComparison.Ordinal); at++) sum += _frequencies[at];
            return sum;
        }
    }
}
