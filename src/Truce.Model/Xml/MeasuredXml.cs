using System.Globalization;

namespace Truce.Model.Xml;

/// <summary>
/// What a cluster measured, as an element of the status: so that a saved CIB carries it to
/// <c>truce failover-time</c>, wherever that runs. Pacemaker leaves elements alone that it doesn't know.
/// </summary>
internal static class MeasuredXml
{
    public const string Element = "truce_measured";
    private const string Times = "times";

    private static readonly Words<MeasuredKind> s_kinds = new(
        (MeasuredTimes.Word(MeasuredKind.Operation), MeasuredKind.Operation),
        (MeasuredTimes.Word(MeasuredKind.Recovery), MeasuredKind.Recovery));

    public static EquatableArray<MeasuredTimes> Read(XmlCursor cursor)
    {
        List<MeasuredTimes> all = [];
        cursor.TakeAttributes().KeepRest();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == Times)
                all.Add(ReadTimes(cursor));
            else
                cursor.RejectElement(Element, Times);
        }

        return [.. all];
    }

    public static void Write(XmlOutput output, EquatableArray<MeasuredTimes> all)
    {
        if (all.IsEmpty)
            return;
        output.Open(Element);
        foreach (MeasuredTimes times in all)
        {
            output.Open(Times).Attribute("resource", times.Resource.Value)
                .Attribute("kind", s_kinds, (MeasuredKind?)times.Kind).Attribute("name", times.Name)
                .Attribute("took", Listed(times.Runs.Select(r => r.TookMs)))
                .Attribute("limit", Listed(times.Runs.Select(r => r.LimitMs)));
            output.Close();
        }

        output.Close();
    }

    private static MeasuredTimes ReadTimes(XmlCursor cursor)
    {
        XmlAttributes a = cursor.TakeAttributes();
        MeasuredTimes times = new(
            new ResourceId(a.Required("resource")), a.Word("kind", s_kinds) ?? MeasuredKind.Operation,
            a.Required("name"));
        long[] took = Numbered(a, "took");
        long[] limit = Numbered(a, "limit");
        a.KeepRest();
        cursor.ExpectNoChildren(Times);
        return times with
        {
            Runs = [.. took.Zip(limit, (t, l) => new MeasuredRun(t, l)).TakeLast(MeasuredTimes.RunsMax)],
        };
    }

    private static long[] Numbered(XmlAttributes a, string name)
    {
        string[] words = a.Required(name).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long?[] numbers = [.. words.Select(w => Numbers.ParseLong(w))];
        if (numbers.All(n => n is >= 0))
            return [.. numbers.Select(n => n!.Value)];
        a.Refuse(name, $"{name} has something other than milliseconds",
            "write whole numbers, separated by spaces");
        return [];
    }

    private static string Listed(IEnumerable<long> numbers) =>
        string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
