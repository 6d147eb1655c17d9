using Truce.Contracts;

namespace Truce.Cli.Fencing;

/// <summary>A fencing as sentences: who, why with the evidence, and what the guard decided.</summary>
internal static class FenceSentence
{
    /// <summary>The sentences.</summary>
    public static string Of(FenceRecord fence)
    {
        if (fence.Result == "refused")
            return $"{fence.Guard}.";
        string by = fence.By.Length > 0 ? $" by {fence.By}" : "";
        return $"{fence.Target} {Done(fence)}{by} because {fence.Evidence}.{Guard(fence.Guard)}";
    }

    private static string Done(FenceRecord fence) => (fence.Action, fence.Result) switch
    {
        ("on", "done") => "was let in again",
        ("off", "done" or "confirmed") => "was powered off",
        (_, "done" or "confirmed") => "was rebooted",
        (_, "failed") => "could not be fenced",
        (_, "obsolete") => "was to be fenced, and came back before it was",
        _ => "is being fenced",
    };

    private static string Guard(string guard) =>
        guard.Length == 0 ? "" : $" {char.ToUpperInvariant(guard[0])}{guard[1..]}.";
}
