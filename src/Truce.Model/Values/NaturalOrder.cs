namespace Truce.Model;

/// <summary>Orders names as people do: n2 before n10. Names that differ only in leading zeros, or are equal
/// as numbers, are ordered by their characters, so that the order is the same everywhere.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    private NaturalOrder() { }

    /// <summary>The only one.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return string.CompareOrdinal(x, y);
        (int i, int j) = (0, 0);
        while (i < x.Length && j < y.Length)
        {
            ReadOnlySpan<char> left = Run(x, i);
            ReadOnlySpan<char> right = Run(y, j);
            int order = char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0])
                ? Numbers(left.TrimStart('0'), right.TrimStart('0'))
                : left.CompareTo(right, StringComparison.Ordinal);
            if (order != 0)
                return order;
            i += left.Length;
            j += right.Length;
        }

        int rest = (x.Length - i).CompareTo(y.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static int Numbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length
        ? left.Length.CompareTo(right.Length)
        : left.CompareTo(right, StringComparison.Ordinal);

    // Digits that belong together, or all up to the next digit.
    private static ReadOnlySpan<char> Run(string text, int begin)
    {
        bool isNumber = char.IsAsciiDigit(text[begin]);
        int end = begin;
        while (end < text.Length && char.IsAsciiDigit(text[end]) == isNumber)
            end++;
        return text.AsSpan(begin, end - begin);
    }
}
