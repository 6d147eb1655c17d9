namespace Truce.Model.Replication;

/// <summary>
/// The digest by which a change of parameters is noticed: MD5 (of no value against attackers, and not meant
/// to be: it is what the field's histories hold) of the parameters as an XML element, sorted by name;
/// recurring operations count their timeout too.
/// </summary>
public static class OperationDigest
{
    /// <summary>The digest of an order's parameters.</summary>
    public static string Of(Order order)
    {
        int at = order.Meta.FindIndex(m => m.Name == "timeout");
        return Of(order.Parameters, order.IntervalMs > 0 && at >= 0 ? order.Meta[at].Text : null);
    }

    /// <summary>The digest of parameters, and of a recurring operation's timeout.</summary>
    public static string Of(IEnumerable<NameText> parameters, string? timeout) =>
        Of(timeout is null ? parameters : parameters.Append(new NameText("CRM_meta_timeout", timeout)));

    /// <summary>The digest of parameters.</summary>
    public static string Of(IEnumerable<NameText> parameters) => ParameterDigest.Of(parameters
        .OrderBy(p => p.Name, StringComparer.Ordinal)
        .Select(p => KeyValuePair.Create(p.Name, p.Text)));
}
