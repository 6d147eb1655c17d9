using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Model.Corosync;

/// <summary>
/// How long Corosync takes to agree that a node is gone, and whose votes make quorum, as corosync.conf(5) and
/// votequorum(5) of Corosync 3 have it. All times in milliseconds.
/// </summary>
public sealed record CorosyncTimes
{
    private const long TokenDefaultMs = 3_000;
    private const long CoefficientDefaultMs = 650;
    private const long JoinDefaultMs = 50;
    private const long DeviceSyncDefaultMs = 30_000;

    /// <summary>The token's timeout in force: with three nodes or more in the list
    /// it grows with each node.</summary>
    public required long TokenMs { get; init; }

    /// <summary>How long to wait for consensus before a new ring is formed; 1.2 times
    /// the token's if not written.</summary>
    public required long ConsensusMs { get; init; }

    /// <summary>How long to wait for join messages.</summary>
    public long JoinMs { get; init; } = JoinDefaultMs;

    /// <summary>How long quorum waits for the quorum device's vote when the
    /// membership changes; 0: no device.</summary>
    public long DeviceSyncMs { get; init; }

    /// <summary>All votes.</summary>
    public required int VotesExpected { get; init; }

    /// <summary>Votes that make quorum.</summary>
    public required int VotesNeeded { get; init; }

    /// <summary>A node's votes, where they are written; one otherwise.</summary>
    public ImmutableSortedDictionary<string, int> VotesByNode { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Names of the nodes in the list, in its order.</summary>
    public ImmutableArray<string> Nodes { get; init; } = [];

    /// <summary>From a node's last sign of life to the membership without it.</summary>
    public long DetectionMs => TokenMs + ConsensusMs + JoinMs;

    /// <summary>Corosync's defaults for that many nodes, all in the list; two of them
    /// with <c>two_node: 1</c>.</summary>
    public static CorosyncTimes Default(int nodes)
    {
        long token = TokenDefaultMs + (Math.Max(0, nodes - 2) * CoefficientDefaultMs);
        return new CorosyncTimes
        {
            TokenMs = token,
            ConsensusMs = token * 12 / 10,
            VotesExpected = nodes,
            VotesNeeded = nodes == 2 ? 1 : (nodes / 2) + 1,
        };
    }

    /// <summary>Takes them from a file.</summary>
    /// <param name="root">The file as read.</param>
    /// <param name="file">What findings call it.</param>
    /// <param name="nodes">The number of nodes, where the file lists none.</param>
    /// <param name="findings">Takes what can't be used, each with its line.</param>
    /// <returns>The times; null if something can't be used.</returns>
    public static CorosyncTimes? From(CorosyncSection root, string file, int nodes, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(findings);
        Reader numbers = new(file, findings);
        CorosyncSection? totem = root.First("totem");
        CorosyncSection? quorum = root.First("quorum");
        CorosyncSection[] listed = [.. root.First("nodelist")?.All("node") ?? []];
        long coefficient = numbers.Read(totem, "token_coefficient") ?? CoefficientDefaultMs;
        long token = (numbers.Read(totem, "token") ?? TokenDefaultMs) + (Math.Max(0, listed.Length - 2) * coefficient);
        (int expected, int needed) = Votes(quorum, listed, nodes, numbers);
        CorosyncTimes times = new()
        {
            TokenMs = token,
            ConsensusMs = numbers.Read(totem, "consensus") ?? token * 12 / 10,
            JoinMs = numbers.Read(totem, "join") ?? JoinDefaultMs,
            DeviceSyncMs = quorum?.First("device") is { } device ? numbers.Read(device, "sync_timeout") ?? DeviceSyncDefaultMs : 0,
            VotesExpected = expected,
            VotesNeeded = needed,
            VotesByNode = listed.Where(n => n.Find("name") is not null).DistinctBy(NameOf).ToImmutableSortedDictionary(
                NameOf, n => (int)(numbers.Read(n, "quorum_votes") ?? 1), StringComparer.Ordinal),
            Nodes = [.. listed.Select(NameOf).Where(n => n.Length > 0)],
        };
        return findings.Count == 0 ? times : null;
    }

    /// <summary>A node's votes.</summary>
    public int VotesOf(string node) => VotesByNode.GetValueOrDefault(node, 1);

    private static (int Expected, int Needed) Votes(
        CorosyncSection? quorum, CorosyncSection[] listed, int nodes, Reader numbers)
    {
        long listedVotes = listed.Sum(n => numbers.Read(n, "quorum_votes") ?? 1);
        CorosyncSection? device = quorum?.First("device");
        long deviceVotes = device is null ? 0 : numbers.Read(device, "votes") ?? Math.Max(1, listedVotes - 1);
        long expected = numbers.Read(quorum, "expected_votes") ?? (listedVotes > 0 ? listedVotes : nodes) + deviceVotes;
        bool twoNodes = numbers.Read(quorum, "two_node") == 1;
        return ((int)expected, twoNodes ? 1 : (int)((expected / 2) + 1));
    }

    private static string NameOf(CorosyncSection node) => node.Find("name")?.Text ?? node.Find("ring0_addr")?.Text ?? "";

    private sealed class Reader(string file, ICollection<Finding> findings)
    {
        private const long Max = int.MaxValue;

        public long? Read(CorosyncSection? section, string key)
        {
            if (section?.Find(key) is not { } value)
                return null;
            if (long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= Max)
                return number;
            findings.Add(new Finding(
                "corosync-number", Severity.Error, file, value.Line, 1, $"{section.Name}.{key}",
                $"'{value.Text}' is not a whole number that Corosync accepts", "write a number, times in milliseconds"));
            return null;
        }
    }
}
