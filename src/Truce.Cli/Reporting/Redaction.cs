using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Cli.Reporting;

/// <summary>
/// Keeps secrets out of texts that others wrote: those whose values are known, wherever they stand, and
/// whatever stands where a secret stands (after a secret's name, in a URL, in a private key).
/// </summary>
/// <param name="values">Secrets that are known.</param>
internal sealed partial class Redaction(IReadOnlyCollection<string> values)
{
    // So short a value is a part of many words: it is looked for as a whole one.
    private const int ShortMax = 3;
    private const int KeyCharactersMax = 16 * 1024;
    private const string KeyEnd = " PRIVATE KEY-----";
    private const string VariablePrefix = "OCF_RESKEY_";

    private readonly SecretText _known = SecretText.Of(
        values.Where(v => v.Length > ShortMax).SelectMany(Forms));

    private readonly Regex? _short = Words(values.Where(v => v.Length is > 0 and <= ShortMax));

    /// <summary>The text with every secret replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="harmless">Names that begin so carry none here; empty: none.</param>
    public string Text(string text, string harmless = "")
    {
        text = _known.Hide(PrivateKey().Replace(CutKey(text), SecretNames.Mask));
        text = _short?.Replace(text, SecretNames.Mask) ?? text;
        text = Element().Replace(text, e => OfElement(e.Value));
        text = Pair().Replace(text, m => IsSecret(m, harmless)
            ? $"{m.Groups["before"].Value}{SecretNames.Mask}\"" : m.Value);
        text = AfterNames(text, harmless);
        text = Option().Replace(text, m => IsSecret(m, harmless)
            ? m.Groups["before"].Value + Masked(m.Groups["value"].Value) : m.Value);
        text = Authorization().Replace(text, m => m.Groups["before"].Value + SecretNames.Mask);
        return Url().Replace(text, m => $"{m.Groups["before"].Value}{SecretNames.Mask}@");
    }

    /// <summary>A JSON document with every string treated as a text, so that it stays one.</summary>
    /// <exception cref="JsonException">It isn't one.</exception>
    public byte[] Json(ReadOnlySpan<byte> document)
    {
        ArrayBufferWriter<byte> bytes = new(document.Length);
        JsonWriterOptions options =
            new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter writer = new(bytes, options))
        {
            Utf8JsonReader reader = new(document);
            string name = "";
            while (reader.Read())
                name = Copy(ref reader, writer, name);
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    // Returns the name that the next value has.
    private string Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, string name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                string next = reader.GetString()!;
                writer.WritePropertyName(Text(next));
                return next;
            case JsonTokenType.String:
                string value = reader.GetString()!;
                writer.WriteStringValue(
                    SecretNames.Contains(name) ? SecretNames.Shown(name, value) : Text(value));
                break;
            case JsonTokenType.None or JsonTokenType.Comment or JsonTokenType.Number or JsonTokenType.True
                or JsonTokenType.False or JsonTokenType.Null:
                writer.WriteRawValue(reader.ValueSpan);
                break;
        }

        return "";
    }

    // As it is written in XML (attributes, texts), in JSON and in a URL.
    private static IEnumerable<string> Forms(string value) =>
    [
        value, System.Security.SecurityElement.Escape(value),
        value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;"),
        value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"),
            JsonEncodedText.Encode(value).Value,
        JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
        Uri.EscapeDataString(value),
    ];

    private static Regex? Words(IEnumerable<string> values)
    {
        string[] words = [.. values.Distinct().OrderByDescending(v => v.Length).Select(Regex.Escape)];
        return words.Length == 0 ? null : new Regex($@"(?<![\w*])(?:{string.Join('|', words)})(?![\w*])");
    }

    // The value of one pair may hold others: options="user=u,password=p".
    private static string AfterNames(string text, string harmless)
    {
        StringBuilder shown = new(text.Length);
        int done = 0;
        for (Match name = Name().Match(text); name.Success; name = name.NextMatch())
        {
            int begin = name.Index + name.Length;
            if (name.Index < done || !IsSecret(name.Groups["name"].Value, harmless))
                continue;
            Match value = Value().Match(text, begin);
            if (!value.Success || SecretReference.TryParse(value.Value) is not null)
                continue;
            shown.Append(text, done, begin - done).Append(Masked(value.Value));
            done = begin + value.Length;
        }

        return done == 0 ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    private static bool IsSecret(Match match, string harmless) =>
        IsSecret(match.Groups["name"].Value, harmless)
        && SecretReference.TryParse(match.Groups["value"].Value) is null;

    private static bool IsSecret(string name, string harmless)
    {
        string bare = name.StartsWith(VariablePrefix, StringComparison.Ordinal)
            ? name[VariablePrefix.Length..] : name[(name.LastIndexOf('.') + 1)..];
        return SecretNames.Contains(bare)
            && (harmless.Length == 0 || !bare.StartsWith(harmless, StringComparison.Ordinal));
    }

    // Quotes stay, so that what reads the text still can.
    private static string Masked(string value)
    {
        string open = value[0] is '"' or '\'' ? value[..1] : "";
        string close = open.Length > 0 && value.Length > 1 && value.EndsWith(open, StringComparison.Ordinal)
            ? open : "";
        return open + SecretNames.Mask + close;
    }

    private static string OfElement(string element)
    {
        Match name = ElementName().Match(element);
        return name.Success && SecretNames.Contains(name.Groups["name"].Value)
            ? ElementValue().Replace(element, m => SecretReference.TryParse(m.Groups["value"].Value) is null
                ? $"{m.Groups["before"].Value}{SecretNames.Mask}{m.Groups["quote"].Value}" : m.Value)
            : element;
    }

    // A log that was cut may begin within a key.
    private static string CutKey(string text)
    {
        int end = text.IndexOf(KeyEnd, StringComparison.Ordinal);
        if (end < 0 || text.LastIndexOf("-----BEGIN ", end, StringComparison.Ordinal) >= 0)
            return text;
        int begin = Math.Max(0, end - KeyCharactersMax);
        return text[..begin] + SecretNames.Mask + text[end..];
    }

    [GeneratedRegex(
        "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\\s\\S]*?"
        + "(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\\z)")]
    private static partial Regex PrivateKey();

    // <nvpair name="passwd" value="…"/>, as configurations and their differences are logged.
    [GeneratedRegex("<[A-Za-z][A-Za-z0-9_]{0,60}\\s[^<>]{0,10000}>")]
    private static partial Regex Element();

    [GeneratedRegex("\\s(?:name|attribute)\\s*=\\s*[\"'](?<name>[^\"']{0,200})[\"']")]
    private static partial Regex ElementName();

    [GeneratedRegex(
        "(?<before>\\svalue\\s*=\\s*(?<quote>[\"']))(?<value>.*?)\\k<quote>", RegexOptions.Singleline)]
    private static partial Regex ElementValue();

    // {"name":"passwd","value":"…"}
    [GeneratedRegex(
        "(?<before>\"name\"\\s*:\\s*\"(?<name>[^\"]{0,200})\"\\s*,\\s*\"value\"\\s*:\\s*\")"
        + "(?<value>(?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Pair();

    // passwd=…, "passwd": "…", OCF_RESKEY_passwd='…'
    [GeneratedRegex(
        "(?<![A-Za-z0-9_])(?<name>[A-Za-z_][A-Za-z0-9_.-]{0,99})[\"']?[ \\t]{0,8}[=:][ \\t]{0,8}")]
    private static partial Regex Name();

    [GeneratedRegex("\\G(?:\"(?:[^\"\\\\\\r\\n]|\\\\.)*\"?|'[^'\\r\\n]*'?|[^\\s\"'<>]+)")]
    private static partial Regex Value();

    // --password …
    [GeneratedRegex(
        "(?<before>(?<!\\S)--(?<name>[A-Za-z][A-Za-z0-9_-]{0,60})[ \\t]{1,8})"
        + "(?<value>\"[^\"\\r\\n]*\"?|'[^'\\r\\n]*'?|[^\\s\"'<>-][^\\s\"'<>]*)")]
    private static partial Regex Option();

    [GeneratedRegex("(?<before>\\b(?:Basic|Bearer)\\s{1,8})[A-Za-z0-9+/=._~-]{6,}")]
    private static partial Regex Authorization();

    [GeneratedRegex(
        "(?<before>\\b[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\\s/:@\"'<>]{0,100}:)"
        + "[^\\s@\"'<>]{1,200}@")]
    private static partial Regex Url();
}
