using System.Globalization;

namespace Truce.Verify.Corosync;

/// <summary>A series of measured milliseconds.</summary>
internal sealed class Figures(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    public int Count => _sorted.Length;

    public double Least => _sorted.Length == 0 ? double.NaN : _sorted[0];

    public double Median => _sorted.Length == 0 ? double.NaN
        : (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    public double Most => _sorted.Length == 0 ? double.NaN : _sorted[^1];

    /// <summary>least / median / most.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Least:F0} / {Median:F0} / {Most:F0}");
}
