using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Truce.Model;

/// <summary>
/// An immutable array that is equal to another with equal elements in the same order, so that records made of
/// such arrays compare by value. A default one is empty.
/// </summary>
[CollectionBuilder(typeof(EquatableArray), nameof(EquatableArray.Create))]
public readonly struct EquatableArray<T> : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
    where T : IEquatable<T>
{
    private readonly ImmutableArray<T> _items;

    /// <summary>Wraps <paramref name="items"/> without copying.</summary>
    public EquatableArray(ImmutableArray<T> items) => _items = items;

    /// <summary>The elements, never default.</summary>
    public ImmutableArray<T> Items => _items.IsDefault ? [] : _items;

    /// <inheritdoc/>
    public int Count => _items.IsDefault ? 0 : _items.Length;

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>The elements as a span, for hot loops.</summary>
    public ReadOnlySpan<T> AsSpan() => Items.AsSpan();

    /// <summary>The same elements with <paramref name="item"/> after them.</summary>
    public EquatableArray<T> Add(T item) => new(Items.Add(item));

    /// <summary>The same elements with the one at <paramref name="index"/> replaced.</summary>
    public EquatableArray<T> SetItem(int index, T item) => new(Items.SetItem(index, item));

    /// <summary>The same elements without the one at <paramref name="index"/>.</summary>
    public EquatableArray<T> RemoveAt(int index) => new(Items.RemoveAt(index));

    /// <summary>The same elements without those that match.</summary>
    public EquatableArray<T> RemoveAll(Predicate<T> match) => new(Items.RemoveAll(match));

    /// <summary>The place of the first element that matches, or -1.</summary>
    public int FindIndex(Predicate<T> match)
    {
        for (int i = 0; i < Count; i++)
        {
            if (match(_items[i]))
                return i;
        }

        return -1;
    }

    /// <inheritdoc/>
    public bool Equals(EquatableArray<T> other)
    {
        if (Count != other.Count)
            return false;
        return _items == other._items || AsSpan().SequenceEqual(other.AsSpan());
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T item in AsSpan())
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>Enumerates without allocating.</summary>
    public ImmutableArray<T>.Enumerator GetEnumerator() => Items.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Items).GetEnumerator();

    /// <inheritdoc cref="Equals(EquatableArray{T})"/>
    public static bool operator ==(EquatableArray<T> left, EquatableArray<T> right) => left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(EquatableArray<T> left, EquatableArray<T> right) => !left.Equals(right);

    /// <summary>Wraps without copying.</summary>
    public static implicit operator EquatableArray<T>(ImmutableArray<T> items) => new(items);

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

/// <summary>Makes <see cref="EquatableArray{T}"/>s; the target of collection expressions.</summary>
public static class EquatableArray
{
    /// <summary>Copies <paramref name="items"/>.</summary>
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items) where T : IEquatable<T> =>
        new(ImmutableArray.Create(items));

    /// <summary>Collects <paramref name="items"/> in their order.</summary>
    public static EquatableArray<T> ToEquatableArray<T>(this IEnumerable<T> items) where T : IEquatable<T> =>
        new([.. items]);
}
