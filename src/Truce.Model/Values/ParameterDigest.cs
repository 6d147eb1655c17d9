using System.Security.Cryptography;
using System.Text;

namespace Truce.Model;

/// <summary>
/// The digest by which a change of parameters is noticed: MD5 of the parameters as an XML
/// element. Of no value against attackers, and not meant to be: it is what the field's
/// histories hold, and only equality is asked.
/// </summary>
public static class ParameterDigest
{
    /// <summary>The digest, as 32 hexadecimal digits.</summary>
    /// <param name="parameters">Names and values, in ordinal order of the names.</param>
    public static string Of(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        StringBuilder text = new(" <parameters");
        foreach ((string name, string value) in parameters)
        {
            text.Append(' ').Append(name).Append("=\"");
            Escape(text, value);
            text.Append('"');
        }

        text.Append("/>\n");
#pragma warning disable CA5351 // See above: the field's format, no protection.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5351
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (char c in value)
            _ = Escaped(c) is { } escaped ? text.Append(escaped) : text.Append(c);
    }

    private static string? Escaped(char c) => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => null,
    };
}
