namespace Truce.Cli.Printing;

/// <summary>A sentence of the cluster's as it is sent: what is so, and what to do about it.</summary>
/// <param name="Said">What is so.</param>
/// <param name="Remedy">What to do; null: the sentence doesn't say.</param>
internal sealed record Sentence(string Said, string? Remedy)
{
    /// <summary>Parts <c>what is so; do: what to do</c>.</summary>
    public static Sentence Of(string text)
    {
        string[] parts = text.Split("; do: ", 2);
        return new Sentence(parts[0], parts.ElementAtOrDefault(1));
    }
}
