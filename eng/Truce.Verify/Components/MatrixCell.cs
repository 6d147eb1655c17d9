namespace Truce.Verify.Components;

/// <summary>When a fault comes.</summary>
internal enum Moment
{
    /// <summary>Nothing is under way.</summary>
    Idle,

    /// <summary>Nothing is under way, and the node coordinates.</summary>
    Coordinator,

    /// <summary>A start is under way on the node.</summary>
    Start,

    /// <summary>A stop is under way on the node.</summary>
    Stop,

    /// <summary>The node is shooting another.</summary>
    Fence,

    /// <summary>The node has booted and hasn't joined.</summary>
    Joining,

    /// <summary>Another node is joining, and takes the state from this one.</summary>
    Transfer,

    /// <summary>A change of the configuration is under way, and the node coordinates.</summary>
    Commit,
}

/// <summary>What happens to a process.</summary>
internal enum Blow
{
    /// <summary>kill -9.</summary>
    Kill,

    /// <summary>SIGSTOP: it hangs.</summary>
    Hang,
}

/// <summary>One cell of the matrix: a blow to a component at a moment.</summary>
internal sealed record MatrixCell(Moment Moment, Blow Blow, string Component)
{
    /// <summary>Corosync, beside Truce's own roles.</summary>
    public const string Engine = "corosync";

    private static readonly string[] s_components =
        ["controller", "executor", "fencer", "api", "groups", "supervisor", Engine];

    /// <summary>All of them, moment by moment.</summary>
    public static IReadOnlyList<MatrixCell> All { get; } =
    [
        .. from moment in Enum.GetValues<Moment>()
           from component in s_components
           from blow in Enum.GetValues<Blow>()
           select new MatrixCell(moment, blow, component),
    ];

    /// <summary>Whether the node is lost: without its engine the others may have it shot, and a supervisor
    /// that hangs no longer pets the watchdog.</summary>
    public bool LosesNode => Component == Engine || (Component == "supervisor" && Blow == Blow.Hang);

    /// <summary>What <c>CELLS=</c> names.</summary>
    public string Name => $"{Moment}/{Blow}/{Component}".ToLowerInvariant();
}

/// <summary>What came of a cell.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Node">The node that was hit.</param>
/// <param name="Before">What shows that the moment was there.</param>
/// <param name="After">What shows how it went on.</param>
/// <param name="Recovered">Until everything was whole again.</param>
/// <param name="OutageSeconds">The longest silence of a service that had nothing to do with it.</param>
/// <param name="Shots">Nodes shot or reset for it.</param>
/// <param name="Complaint">What is wrong; empty: nothing.</param>
internal sealed record MatrixOutcome(
    MatrixCell Cell, string Node, string Before, string After, TimeSpan Recovered, double OutageSeconds,
    int Shots, string Complaint)
{
    /// <summary>A line of the row's record.</summary>
    public override string ToString() => string.Join(
        '\t', Complaint.Length == 0 ? "good" : "BAD", Cell.Name, Node,
        FormattableString.Invariant($"{Recovered.TotalSeconds:0.0}"),
        FormattableString.Invariant($"{OutageSeconds:0.0}"),
        FormattableString.Invariant($"{Shots}"), Before, After, Complaint);
}
