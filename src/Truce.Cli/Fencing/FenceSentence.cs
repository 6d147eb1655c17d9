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
        string told =
            $"{fence.Target} {Done(fence)}{by} because {fence.Evidence}.{Sentence(fence.HeadStart)}";
        return fence switch
        {
            { Result: "done", Proof: "status" } => $"{told} {fence.Target} was already off, as "
                + $"{fence.Device} reported: there was no shot.{Sentence(fence.Guard)}",
            { Result: "obsolete", HeadStart.Length: > 0 } =>
                told + Sentence(fence.Reason) + Sentence(fence.Guard),
            _ => told + Sentence(fence.Guard),
        };
    }

    private static string Done(FenceRecord fence) => (fence.Action, fence.Result) switch
    {
        (_, "done") when fence.Proof == "status" => "was to be fenced",
        (_, "obsolete") when fence.HeadStart.Length > 0 => "was to be fenced",
        ("on", "done") => "was unfenced",
        ("off", "done" or "confirmed") => "was powered off",
        (_, "done" or "confirmed") => "was rebooted",
        (_, "failed") => "could not be fenced",
        (_, "obsolete") => "was to be fenced, but came back before that",
        _ => "is being fenced",
    };

    private static string Sentence(string text) =>
        text.Length == 0 ? "" : $" {char.ToUpperInvariant(text[0])}{text[1..]}.";
}
