using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Model;

namespace Truce.Cli.Editing;

/// <summary>The operations of a primitive: how often and how long its agent is asked.</summary>
internal static class Operations
{
    private const string CheckLevel = "OCF_CHECK_LEVEL";
    private const string Interval = "interval";

    /// <summary>What an operation can be given, besides its name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. OptionNames.OperationMeta.Where(n => n is not ("name" or "requires")), CheckLevel];

    /// <summary>Those configured, in their order.</summary>
    public static IEnumerable<XElement> Of(XElement primitive) =>
        primitive.Elements("operations").Elements("op");

    /// <summary>Gives an operation properties: the only one of that action, or the one whose interval and
    /// role are given. An empty value removes a property. False if it was so already.</summary>
    public static bool SetOperation(
        this CibDocument document, XElement primitive, string action, IReadOnlyList<NamedValue> values)
    {
        XElement? operation = Choose(primitive, action, values);
        return operation is null
            ? document.AddOperation(primitive, action, values)
            : values.EditEach(v => document.Give(operation, v));
    }

    /// <summary>Adds an operation; false if there is one with that interval, role and all else.</summary>
    public static bool AddOperation(
        this CibDocument document, XElement primitive, string action, IReadOnlyList<NamedValue> values)
    {
        string interval = Value(values, Interval) ?? "0s";
        string? role = Value(values, "role");
        IEnumerable<XElement> same = Of(primitive).Where(o => Is(o, action) && HasInterval(o, interval));
        if (same.FirstOrDefault(o => HasRole(o, role)) is { } there)
            return values.EditEach(v => document.Give(there, v));
        if (primitive.Element("operations") is not { } operations)
            primitive.Add(operations = new XElement("operations"));
        XElement added = new("op",
            new XAttribute("id",
                document.FreeId($"{CibDocument.IdOf(primitive)}-{action}-interval-{interval}")),
            new XAttribute("name", action), new XAttribute(Interval, interval));
        operations.Add(added);
        values.EditEach(v => document.Give(added, v));
        return true;
    }

    /// <summary>Removes an operation, and the list with its last one; false if there is none.</summary>
    public static bool RemoveOperation(XElement primitive, string action, IReadOnlyList<NamedValue> values)
    {
        if (Choose(primitive, action, values) is not { } operation)
            return false;
        XElement list = operation.Parent!;
        operation.Remove();
        if (!list.HasElements && !list.HasAttributes)
            list.Remove();
        return true;
    }

    // The interval tells operations of one action apart, unless there is only one: then it is what changes.
    private static XElement? Choose(XElement primitive, string action, IReadOnlyList<NamedValue> values)
    {
        XElement[] all = [.. Of(primitive).Where(o => Is(o, action))];
        if (Value(values, "role") is { } role && all.Length > 1)
            all = [.. all.Where(o => HasRole(o, role))];
        if (all.Length < 2)
            return all.SingleOrDefault();
        XElement[] same = Value(values, Interval) is { } interval
            ? [.. all.Where(o => HasInterval(o, interval))] : all;
        return same is [var one] ? one : throw new CommandException(
            ExitCode.BadInput,
            $"{CibDocument.IdOf(primitive)} has several operations {action}: "
            + string.Join("; ", all.Select(Text)),
            "name the one that is meant by its interval= and role=");
    }

    /// <summary>An operation as a command line names it.</summary>
    public static string Text(XElement operation) => string.Join(' ', operation.Attributes()
        .Where(a => a.Name.LocalName is not ("id" or "name" or "description"))
        .Select(a => $"{a.Name.LocalName}={a.Value}")
        .Concat(operation.AllPairs("instance_attributes").Select(p => $"{p.Name}={p.Value}")));

    private static bool Give(this CibDocument document, XElement operation, NamedValue value)
    {
        if (value.Name == CheckLevel)
            return value.Value.Length == 0
                ? operation.RemovePair("instance_attributes", CheckLevel)
                : document.SetPair(operation, "instance_attributes", CheckLevel, value.Value);
        string? wanted = value.Value.Length == 0 ? null : value.Value;
        if ((string?)operation.Attribute(value.Name) == wanted)
            return false;
        operation.SetAttributeValue(value.Name, wanted);
        return true;
    }

    private static string? Value(IReadOnlyList<NamedValue> values, string name) =>
        values.FirstOrDefault(v => v.Name == name)?.Value;

    private static bool Is(XElement operation, string action) =>
        (string?)operation.Attribute("name") == action;

    private static bool HasInterval(XElement operation, string interval) =>
        Milliseconds((string?)operation.Attribute(Interval)) == Milliseconds(interval);

    private static bool HasRole(XElement operation, string? role) =>
        string.Equals((string?)operation.Attribute("role") ?? "Started", role ?? "Started",
            StringComparison.OrdinalIgnoreCase);

    private static long Milliseconds(string? interval) => Model.Interval.ParseMilliseconds(interval) ?? 0;
}
