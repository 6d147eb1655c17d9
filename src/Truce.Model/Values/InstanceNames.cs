namespace Truce.Model;

/// <summary>How a history names the instances of a resource.</summary>
public static class InstanceNames
{
    /// <summary>Whether a history's id is that of a resource, or of an instance of
    /// it (ip:0 belongs to ip).</summary>
    public static bool IsOf(string id, string resource)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(resource);
        return id == resource
            || (id.StartsWith(resource, StringComparison.Ordinal) && id.AsSpan(resource.Length).StartsWith(":"));
    }

    /// <summary>A history's id without an instance's number: ip of ip:0.</summary>
    public static string Configured(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Split(':')[0];
    }
}
