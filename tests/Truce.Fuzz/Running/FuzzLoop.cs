using System.Diagnostics;
using System.Security.Cryptography;

namespace Truce.Fuzz.Running;

/// <summary>An input and what came of it.</summary>
internal sealed record Finding(string Target, byte[] Input, string What)
{
    /// <summary>The name of its file.</summary>
    public string File => $"{Target}-{Convert.ToHexStringLower(SHA256.HashData(Input))[..12]}.bin";
}

/// <summary>What a run came to.</summary>
internal sealed record FuzzResult(long Runs, IReadOnlyList<Finding> Findings, int Kept);

/// <summary>Feeds a target: mutates what is in its corpus, keeps what reaches new lines, and notes what
/// throws, hangs or grows.</summary>
internal sealed class FuzzLoop(FuzzTarget target, int seed)
{
    private const int CorpusMax = 2_000;
    private const long AllocatedMax = 1L << 30;
    private static readonly TimeSpan s_inputMax = TimeSpan.FromSeconds(10);

    /// <summary>It ends with that many.</summary>
    public int FindingsMax { get; init; } = 20;

    private readonly Mutator _mutator = new(seed, target.Words);
    private readonly List<byte[]> _corpus = [.. target.Seeds];
    private readonly Dictionary<string, Finding> _findings = [];
    private long _runs;

    /// <summary>Runs until it is told to stop.</summary>
    public FuzzResult Run(Func<long, bool> goesOn)
    {
        foreach (byte[] input in target.Seeds.TakeWhile(_ => _findings.Count < FindingsMax))
            Try(input);
        while (goesOn(_runs) && _findings.Count < FindingsMax)
        {
            byte[] input = _mutator.Change(
                _corpus[_mutator.Below(_corpus.Count)], _corpus[_mutator.Below(_corpus.Count)]);
            int before = LineHits.Reached;
            Try(input);
            if (LineHits.Reached > before && _corpus.Count < CorpusMax)
                _corpus.Add(input);
        }

        return new FuzzResult(_runs, [.. _findings.Values], _corpus.Count - target.Seeds.Count);
    }

    private void Try(byte[] input)
    {
        _runs++;
        if (Problem(target, input) is not { } what)
            return;
        // One of each kind: where it was thrown.
        string kind = string.Join(
            '\n', what.Split('\n').Where(l => l.Contains(" at ", StringComparison.Ordinal)).Take(3));
        _findings.TryAdd(kind.Length > 0 ? kind : what, new Finding(target.Name, input, what));
    }

    /// <summary>What an input does that none may; null: nothing.</summary>
    public static string? Problem(FuzzTarget target, byte[] input)
    {
        long began = Stopwatch.GetTimestamp();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Take(input);
        }
#pragma warning disable CA1031 // Whatever it is, it is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.ToString();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return took > s_inputMax ? $"took longer than {s_inputMax.TotalSeconds} s"
            : allocated > AllocatedMax ? $"allocated more than {AllocatedMax >> 20} MiB"
            : null;
    }
}
