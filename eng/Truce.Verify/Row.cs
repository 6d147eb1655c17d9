namespace Truce.Verify;

/// <summary>What a row of a verification came to.</summary>
internal enum Verdict
{
    /// <summary>The figure reaches what was asked.</summary>
    Pass,

    /// <summary>It falls short.</summary>
    Fail,

    /// <summary>It could not be taken here; that is no success.</summary>
    Skip,
}

/// <summary>A verdict and the figure it rests on.</summary>
internal sealed record RowResult(Verdict Verdict, string Figure)
{
    /// <summary>Pass or fail by a condition.</summary>
    public static RowResult If(bool reached, string figure) =>
        new(reached ? Verdict.Pass : Verdict.Fail, figure);

    /// <summary>Not taken, and why.</summary>
    public static RowResult Skip(string why) => new(Verdict.Skip, why);
}

/// <summary>One line of a verification.</summary>
/// <param name="Name">What <c>ROWS=</c> names.</param>
/// <param name="Reach">What it must reach.</param>
/// <param name="RunAsync">Takes the figure.</param>
internal sealed record Row(string Name, string Reach, Func<Task<RowResult>> RunAsync);
