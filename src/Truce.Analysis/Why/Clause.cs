using System.Collections.Immutable;

namespace Truce.Analysis.Why;

/// <summary>Part of a sentence that says why, and what would have to change.</summary>
/// <param name="Text">Follows a colon.</param>
/// <param name="Remedy">What to do, as a command where there is one; null: nothing that anyone can
/// do.</param>
internal sealed record Clause(string Text, string? Remedy = null)
{
    /// <summary>The clause with its remedy behind it.</summary>
    public string WithRemedy => Remedy is null ? Text : $"{Text} ({Remedy})";
}

/// <summary>What <c>why</c> answers, for people.</summary>
/// <param name="Sentences">The answer first, then what lies behind it.</param>
/// <param name="Remedies">What would have to change for it to run elsewhere, or at all.</param>
public sealed record Answer(ImmutableArray<string> Sentences, ImmutableArray<string> Remedies);
