using System.Collections.Immutable;
using System.Text;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>
/// Keeps passwords out of what is shown: an agent may print the parameters that it was given.
/// </summary>
public sealed class SecretText
{
    /// <summary>What a character becomes that the end of a capture has cut.</summary>
    private const char Replacement = '\uFFFD';

    private readonly ImmutableArray<string> _values;

    private SecretText(ImmutableArray<string> values) => _values = values;

    /// <summary>The secrets among an operation's parameters, by their names and
    /// by where they were read.</summary>
    public static SecretText Of(OperationSpec operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Of(operation.Parameters.Where(p => IsSecret(p.Key) || operation.SecretParameters.Contains(p.Key)).Select(p => p.Value));
    }

    /// <summary>These secrets. The longest comes first: one may be a part of another.</summary>
    public static SecretText Of(IEnumerable<string> values) =>
        new([.. values.Where(v => v.Length > 0).SelectMany(Forms).Distinct().OrderByDescending(v => v.Length)]);

    /// <summary>Whether a parameter of this name holds a secret. The path of a script
    /// that prints one is none.</summary>
    public static bool IsSecret(string name) => SecretNames.Contains(name);

    /// <summary>The text with every secret replaced.</summary>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _values.Aggregate(text, (t, secret) => t.Replace(secret, SecretNames.Mask, StringComparison.Ordinal));
    }

    /// <summary>The same for a capture: of a secret that lay across the place where something was
    /// left out, no part shows.</summary>
    public string Hide(CapturedText captured)
    {
        if (captured.OmittedBytes == 0)
            return Hide(captured.Text);
        int at = captured.Text.IndexOf(captured.Gap, StringComparison.Ordinal);
        return at < 0
            ? HideEnd(HideBeginning(Hide(captured.Text)))
            : HideEnd(Hide(captured.Text[..at])) + captured.Gap + HideBeginning(Hide(captured.Text[(at + captured.Gap.Length)..]));
    }

    /// <summary>A text that was cut at its end.</summary>
    public string HideEnd(string text)
    {
        string whole = text.TrimEnd(Replacement);
        int cut = _values.Max(secret => Overlap(whole, secret)) ?? 0;
        return cut == 0 ? text : whole[..^cut] + SecretNames.Mask;
    }

    private string HideBeginning(string text)
    {
        string whole = text.TrimStart(Replacement);
        int cut = _values.Max(secret => Overlap(secret, whole)) ?? 0;
        return cut == 0 ? text : SecretNames.Mask + whole[cut..];
    }

    // How much of the end of one is the beginning of the other.
    private static int? Overlap(string end, string beginning)
    {
        for (int length = Math.Min(end.Length, beginning.Length); length > 0; length--)
        {
            if (end.AsSpan(end.Length - length).SequenceEqual(beginning.AsSpan(0, length)))
                return length;
        }

        return 0;
    }

    // As agents print it: as it is, and in parts where it has several lines.
    private static IEnumerable<string> Forms(string secret) => secret.Split('\n').Where(l => l.Length > 3).Append(secret);
}
