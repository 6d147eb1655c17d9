using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// A small immutable map, sorted by key and compared by value, so that states made of records and maps can
/// be compared, printed and kept. A default one is empty.
/// </summary>
public readonly record struct EquatableMap<TKey, TValue>(EquatableArray<MapEntry<TKey, TValue>> Entries)
    where TKey : struct, IComparable<TKey>, IEquatable<TKey>
{
    /// <summary>How many there are.</summary>
    public int Count => Entries.Count;

    /// <summary>The keys, sorted.</summary>
    public IEnumerable<TKey> Keys => Entries.Select(e => e.Key);

    /// <summary>The values in the order of their keys.</summary>
    public IEnumerable<TValue> Values => Entries.Select(e => e.Value);

    /// <summary>Whether there is a value for a key.</summary>
    public bool Has(TKey key) => Place(key) >= 0;

    /// <summary>The value of a key; default if there is none.</summary>
    public TValue? Find(TKey key) => Place(key) is >= 0 and var at ? Entries[at].Value : default;

    /// <summary>The same with a value set.</summary>
    public EquatableMap<TKey, TValue> Set(TKey key, TValue value)
    {
        int at = Place(key);
        MapEntry<TKey, TValue> entry = new(key, value);
        return new(at >= 0 ? Entries.Items.SetItem(at, entry) : Entries.Items.Insert(~at, entry));
    }

    /// <summary>The same without a key.</summary>
    public EquatableMap<TKey, TValue> Remove(TKey key) =>
        Place(key) is >= 0 and var at ? new(Entries.Items.RemoveAt(at)) : this;

    /// <summary>The same without the entries that match.</summary>
    public EquatableMap<TKey, TValue> RemoveAll(Predicate<MapEntry<TKey, TValue>> match) =>
        new(Entries.RemoveAll(match));

    private int Place(TKey key)
    {
        int low = 0;
        int high = Entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Entries[middle].Key.CompareTo(key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}

/// <summary>One entry of a map.</summary>
public readonly record struct MapEntry<TKey, TValue>(TKey Key, TValue Value);
