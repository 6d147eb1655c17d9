namespace Truce.Model.Xml;

/// <summary>
/// The XML attributes of one element, taken by name and checked by kind. Attributes that weren't taken are
/// refused by <see cref="Done"/>. Reused from element to element: take everything before reading children.
/// </summary>
internal sealed class XmlAttributes(FindingLog log)
{
    public const int Capacity = 64;

    private readonly string[] _names = new string[Capacity];
    private readonly string[] _values = new string[Capacity];
    private readonly (int Line, int Column)[] _places = new (int, int)[Capacity];
    private readonly string[] _asked = new string[Capacity];
    private readonly Dictionary<string, string> _shared = [];
    private int _count;
    private int _askedCount;
    private int _next;
    private ulong _taken;
    private Place _element;

    /// <summary>The element, with its id once that is known.</summary>
    public Place Element => _element;

    public void Begin(Place element)
    {
        _element = element;
        _count = 0;
        _askedCount = 0;
        _next = 0;
        _taken = 0;
    }

    public void Add(string name, string value, int line, int column)
    {
        _names[_count] = name;
        _values[_count] = value;
        _places[_count] = (line, column);
        _count++;
        if (name == "id")
            _element = _element with { Id = value };
    }

    /// <summary>The value, or null if the attribute is absent.</summary>
    public string? Text(string name)
    {
        int index = Take(name);
        return index < 0 ? null : _values[index];
    }

    /// <summary>The value, one string for all equal ones: for values that come a thousand times.</summary>
    public string? Shared(string name)
    {
        string? value = Text(name);
        if (value is null || value.Length > Capacity)
            return value;
        if (_shared.TryGetValue(value, out string? known))
            return known;
        _shared.Add(value, value);
        return value;
    }

    /// <summary>The value; its absence is an error.</summary>
    public string Required(string name)
    {
        string? value = Text(name);
        if (value is null)
            Missing(name);
        return value ?? "";
    }

    public bool? Boolean(string name)
    {
        string? text = Text(name);
        bool? value = CibBoolean.Parse(text);
        if (text is not null && value is null)
            RefuseValue(name, text, "a boolean", "true or false");
        return value;
    }

    public int? Int(string name, int min = int.MinValue, int max = int.MaxValue) =>
        Long(name, min, max) is { } number ? (int)number : null;

    public long? Long(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        string? text = Text(name);
        if (text is null)
            return null;
        if (Numbers.ParseLong(text) is { } value && value >= min && value <= max)
            return value;
        RefuseValue(name, text, "a valid number", NumberRemedy(min, max));
        return null;
    }

    public Score? Score(string name)
    {
        string? text = Text(name);
        Score? value = Model.Score.Parse(text);
        if (text is not null && value is null)
            RefuseValue(name, text, "a score", "a whole number, INFINITY or -INFINITY");
        return value;
    }

    public Interval? Interval(string name)
    {
        string? text = Shared(name);
        if (text is null)
            return null;
        if (Model.Interval.TryParse(text, out Interval interval))
            return interval;
        RefuseValue(name, text, "an interval", "a number with a unit (10s, 5min, 100ms) or PT1M30S");
        return null;
    }

    public T? Word<T>(string name, Words<T> words) where T : struct, Enum
    {
        string? text = Text(name);
        T? value = text is null ? null : words.Parse(text);
        if (text is not null && value is null)
            RefuseValue(name, text, "a valid value", "one of " + string.Join(", ", words.Texts));
        return value;
    }

    /// <summary>Says that the attribute's value is impossible.</summary>
    public void Refuse(string name, string what, string remedy) =>
        log.Error(FindingIds.ImpossibleValue, PlaceOf(name), what, remedy);

    /// <summary>
    /// Says that the attribute's value is impossible, and that it is read as Pacemaker reads it: a
    /// running cluster isn't refused over it.
    /// </summary>
    public void Doubt(string name, string what, string remedy) =>
        log.Warning(FindingIds.DoubtfulValue, PlaceOf(name), what, remedy);

    /// <summary>
    /// As <see cref="Interval"/>; what isn't one stands for
    /// <paramref name="instead"/>, as it does in Pacemaker.
    /// </summary>
    public Interval? IntervalOr(string name, long instead)
    {
        string? text = Shared(name);
        if (text is null)
            return null;
        if (Model.Interval.TryParse(text, out Interval interval))
            return interval;
        Doubt(name, $"{name}=\"{Shorten(text)}\" is not an interval; it counts as {instead / 1_000}s",
            "write a number with a unit (10s, 5min, 100ms) or PT1M30S");
        return Model.Interval.ReadAs(text, instead);
    }

    /// <summary>Says that the attribute must be there.</summary>
    public void Missing(string name) =>
        log.Error(FindingIds.MissingXmlAttribute, _element, $"the XML attribute '{name}' is missing",
            $"add {name}=\"…\"");

    /// <summary>Where the attribute stands; the element itself if it is absent.</summary>
    public Place PlaceOf(string name)
    {
        int index = Array.IndexOf(_names, name, 0, _count);
        return index < 0 ? _element
            : _element with { Line = _places[index].Line, Column = _places[index].Column };
    }

    /// <summary>Refuses the attributes that weren't taken.</summary>
    public void Done()
    {
        if (System.Numerics.BitOperations.PopCount(_taken) == _count)
            return;
        for (int i = 0; i < _count; i++)
        {
            if (!IsTaken(i))
                RefuseUnknown(i);
        }
    }

    /// <summary>The attributes that weren't taken.</summary>
    public EquatableArray<UnknownPair> TakeRest()
    {
        if (System.Numerics.BitOperations.PopCount(_taken) == _count)
            return [];
        List<UnknownPair> rest = [];
        for (int i = 0; i < _count; i++)
        {
            if (!IsTaken(i))
                rest.Add(new UnknownPair(_names[i], _values[i]));
            _taken |= 1UL << i;
        }

        return [.. rest];
    }

    /// <summary>
    /// As <see cref="TakeRest"/>, with a warning for each: for the status, where schemas allow anything.
    /// </summary>
    public EquatableArray<UnknownPair> KeepRest()
    {
        EquatableArray<UnknownPair> rest = TakeRest();
        foreach (UnknownPair pair in rest)
        {
            log.Warning(FindingIds.UnknownXmlAttribute, PlaceOf(pair.Name),
                $"unknown XML attribute '{pair.Name}' in the status, kept",
                "nothing, unless you wrote it");
        }

        return rest;
    }

    private void RefuseValue(string name, string text, string kind, string remedy) =>
        Refuse(name, $"{name}=\"{Shorten(text)}\" is not {kind}", $"write {remedy}");

    private static string NumberRemedy(long min, long max) => (min, max) switch
    {
        (long.MinValue or int.MinValue, long.MaxValue or int.MaxValue) => "a whole number",
        (_, long.MaxValue or int.MaxValue) => $"a whole number, at least {min}",
        _ => $"a whole number from {min} to {max}",
    };

    private void RefuseUnknown(int index)
    {
        string name = _names[index];
        string? nearest = log.Nearest(name, _asked.Take(_askedCount));
        log.Error(FindingIds.UnknownXmlAttribute, PlaceOf(name), $"unknown XML attribute '{Shorten(name)}'",
            nearest is null ? "remove it" : $"remove it, or write '{nearest}' if that was meant");
    }

    // Most documents have the attributes in the order in which they are asked for.
    private int Take(string name)
    {
        if (_askedCount < Capacity)
            _asked[_askedCount++] = name;
        int index = IndexOf(name);
        if (index >= 0)
        {
            _taken |= 1UL << index;
            _next = index + 1;
        }

        return index;
    }

    private int IndexOf(string name)
    {
        for (int i = _next; i < _count; i++)
        {
            if (string.Equals(_names[i], name))
                return i;
        }

        for (int i = 0; i < _next; i++)
        {
            if (string.Equals(_names[i], name))
                return i;
        }

        return -1;
    }

    private bool IsTaken(int index) => (_taken & (1UL << index)) != 0;

    /// <summary>The beginning of a text that may be long, for findings.</summary>
    public static string Shorten(string text, int length = 40) => text.Length <= length ? text : text[..length] + "…";
}
