using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Truce.Explore.Forking;

/// <summary>What of a state depends on when and in how many steps it was reached, and is compared
/// apart.</summary>
internal enum AtomKind
{
    /// <summary>When something is due, in nanoseconds of the boot clock: counts from now; what is past is
    /// past.</summary>
    Due,

    /// <summary>Since when something is so, in nanoseconds of the boot clock: counts back from now.</summary>
    Since,

    /// <summary>A digest or an id made of one: only whether two are the same counts.</summary>
    Name,

    /// <summary>An index of the log: counts from the last one.</summary>
    Index,

    /// <summary>An engine's ring number: counts from the last one.</summary>
    Ring,

    /// <summary>A session's count of submissions: counts from its last one.</summary>
    Number,
}

/// <summary>One of these.</summary>
internal readonly record struct Atom(AtomKind Kind, long Value, string? Text);

/// <summary>What a part that never changes comes to: read once.</summary>
internal sealed record PartDigest(ulong A, ulong B, Atom[] Atoms);

/// <summary>Takes a state's parts in order and makes one number of them.</summary>
internal sealed class Hasher(ConditionalWeakTable<object, PartDigest> known)
{
    private readonly List<Atom> _atoms = [];
    private readonly List<string> _path = [];
    private readonly List<int> _noted = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private ulong _a = 0x9E3779B97F4A7C15;
    private ulong _b = 0xC2B2AE3D27D4EB4F;

    /// <summary>Where every part is noted, for whoever wants to see why two states differ.</summary>
    public List<string>? Notes { get; init; }

    /// <summary>False: it was read before, and what is read there counts only once.</summary>
    public bool IsNew(object part) => _seen.Add(part);

    public void Add(ulong value)
    {
        _a = BitOperations.RotateLeft((_a ^ value) * 0x9FB21C651E98DF25, 29);
        _b = BitOperations.RotateLeft((_b + value) * 0xD6E8FEB86659FD93, 31) ^ _a;
        Note(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Add(string? text)
    {
        if (text is null)
        {
            Add(1);
            return;
        }

        Note(text);
        Mix((ulong)text.Length + 2);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        while (bytes.Length >= 8)
        {
            Mix(MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }

        ulong rest = 0;
        foreach (byte b in bytes)
            rest = (rest << 8) | b;
        Mix(rest);
    }

    public void Add(Atom atom)
    {
        _atoms.Add(atom);
        Mix((ulong)atom.Kind + 77);
        if (Notes is null)
            return;
        _noted.Add(Notes.Count);
        Note(atom.Kind.ToString());
    }

    /// <summary>A part that never changes.</summary>
    public void AddPart(object part, Action<Hasher, object> walk)
    {
        if (Notes is not null)
        {
            walk(this, part);
            return;
        }

        if (!known.TryGetValue(part, out PartDigest? digest))
        {
            Hasher own = new(known);
            walk(own, part);
            digest = new PartDigest(own._a, own._b, [.. own._atoms]);
            known.AddOrUpdate(part, digest);
        }

        Mix(digest.A);
        Mix(digest.B);
        _atoms.AddRange(digest.Atoms);
    }

    /// <summary>Parts whose order says nothing.</summary>
    public void AddUnordered<T>(IEnumerable<T> parts, Action<Hasher, T> walk)
    {
        if (Notes is not null)
        {
            foreach (T part in parts)
                walk(this, part);
            return;
        }

        List<Hasher> all = [];
        foreach (T part in parts)
        {
            Hasher own = new(known);
            walk(own, part);
            all.Add(own);
        }

        all.Sort((x, y) => x._a.CompareTo(y._a));
        foreach (Hasher own in all)
        {
            Mix(own._a);
            Mix(own._b);
            _atoms.AddRange(own._atoms);
        }

        Mix((ulong)all.Count);
    }

    public void Enter(string name)
    {
        if (Notes is not null)
            _path.Add(name);
    }

    public void Leave()
    {
        if (Notes is not null)
            _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>The number, once all is taken.</summary>
    /// <param name="nowNs">The boot clocks' time.</param>
    public UInt128 Finish(long nowNs)
    {
        Dictionary<long, long> indices = Ranks();
        long lastRing = LastRing();
        Dictionary<string, long> numbers = LastNumbers();
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        for (int i = 0; i < _atoms.Count; i++)
        {
            Atom atom = _atoms[i];
            long value = atom.Kind switch
            {
                AtomKind.Due => Math.Clamp(atom.Value - nowNs, 0, FarNs),
                AtomKind.Since => Math.Clamp(atom.Value - nowNs, -LongAgoNs, FarNs),
                AtomKind.Index => indices.GetValueOrDefault(atom.Value, atom.Value),
                AtomKind.Ring => Behind(atom.Value, lastRing),
                AtomKind.Name => Number(names, atom.Text ?? ""),
                AtomKind.Number => Behind(atom.Value, numbers.GetValueOrDefault(atom.Text ?? "")),
            };
            Mix((ulong)value);
            if (Notes is not null)
                Notes[_noted[i]] += value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return new UInt128(_a, _b);
    }

    private long LastRing()
    {
        long last = 0;
        foreach (Atom atom in CollectionsMarshal.AsSpan(_atoms))
        {
            if (atom.Kind == AtomKind.Ring)
                last = Math.Max(last, atom.Value);
        }

        return last;
    }

    // Which index is before which, and which follows right upon which: how many lie between says nothing.
    private Dictionary<long, long> Ranks()
    {
        SortedSet<long> all = [];
        foreach (Atom atom in CollectionsMarshal.AsSpan(_atoms))
        {
            if (atom.Kind == AtomKind.Index && atom.Value is > 0 and < long.MaxValue)
                all.Add(atom.Value);
        }

        Dictionary<long, long> ranks = [];
        long rank = 0;
        long before = 0;
        foreach (long index in all)
        {
            rank += Math.Min(index - before, 2);
            before = index;
            ranks[index] = rank;
        }

        return ranks;
    }

    private Dictionary<string, long> LastNumbers()
    {
        Dictionary<string, long> last = new(StringComparer.Ordinal);
        foreach (Atom atom in CollectionsMarshal.AsSpan(_atoms))
        {
            if (atom.Kind == AtomKind.Number)
                last[atom.Text!] = Math.Max(atom.Value, last.GetValueOrDefault(atom.Text!));
        }

        return last;
    }

    // No rule of those explored asks for what is longer ago, and none is waited for that long.
    private const long LongAgoNs = 20_000_000_000;
    private const long FarNs = 100_000_000_000;

    private static long Behind(long value, long last) =>
        value <= 0 || value > last ? value : value - last - 1_000_000;

    private static long Number(Dictionary<string, int> names, string text)
    {
        if (text.Length == 0)
            return 0;
        if (!names.TryGetValue(text, out int number))
            names[text] = number = names.Count + 1;
        return number;
    }

    private void Mix(ulong value)
    {
        _a = BitOperations.RotateLeft((_a ^ value) * 0x9FB21C651E98DF25, 29);
        _b = BitOperations.RotateLeft((_b + value) * 0xD6E8FEB86659FD93, 31) ^ _a;
    }

    private void Note(string text) => Notes?.Add($"{string.Join('.', _path)} = {text}");
}
