using System.Security.Cryptography;
using System.Text;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The digest by which a change of parameters is noticed: MD5 (of no value against attackers, and not meant to be:
/// it is what the field's histories hold) of the parameters as an XML element, sorted by name; recurring operations
/// count their time-out too.
/// </summary>
public static class OperationDigest
{
    /// <summary>The digest of an order's parameters.</summary>
    public static string Of(Order order)
    {
        int at = order.Meta.FindIndex(m => m.Name == "timeout");
        return Of(order.Parameters, order.IntervalMs > 0 && at >= 0 ? order.Meta[at].Text : null);
    }

    /// <summary>The digest of parameters, and of a recurring operation's time-out.</summary>
    public static string Of(IEnumerable<NameText> parameters, string? timeout) =>
        Of(timeout is null ? parameters : parameters.Append(new NameText("CRM_meta_timeout", timeout)));

    /// <summary>The digest of parameters.</summary>
    public static string Of(IEnumerable<NameText> parameters)
    {
        StringBuilder text = new(" <parameters");
        foreach (NameText parameter in parameters.OrderBy(p => p.Name, StringComparer.Ordinal))
            text.Append(' ').Append(parameter.Name).Append("=\"").Append(Escape(parameter.Text)).Append('"');
        text.Append("/>\n");
#pragma warning disable CA5351 // The field's histories hold MD5; nothing is protected by it.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5351
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
