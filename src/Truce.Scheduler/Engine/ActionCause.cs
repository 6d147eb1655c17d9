namespace Truce.Scheduler.Engine;

/// <summary>Why an action is necessary, or can't run: the text as the transition summary has it, and what
/// it speaks of.</summary>
internal sealed record ActionCause(CauseKind Kind, string Text, string? Resource = null, string? Task = null)
{
    /// <summary>A cause that only its text tells.</summary>
    public static ActionCause? Said(string? text) =>
        text is null ? null : new ActionCause(CauseKind.Said, text);
}
