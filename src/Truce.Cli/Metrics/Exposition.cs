using System.Globalization;
using System.Text;

namespace Truce.Cli.Metrics;

/// <summary>What a metric's values mean to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only rises, or begins anew at 0.</summary>
    Counter,
}

/// <summary>
/// Writes metrics as Prometheus reads them (text format, version 0.0.4). A second value for the same labels
/// is left out: a scraper would refuse the whole answer.
/// </summary>
internal sealed class Exposition
{
    /// <summary>What HTTP calls the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>All that was written.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Begins a metric; its values follow before the next metric begins.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it is, in a sentence.</param>
    /// <param name="kind">How its values move.</param>
    public Metric Begin(string name, string help, MetricKind kind = MetricKind.Gauge)
    {
        string word = kind switch { MetricKind.Gauge => "gauge", MetricKind.Counter => "counter" };
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(help, null)).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(word).Append('\n');
        return new Metric(this, name);
    }

    /// <summary>A metric with a single value.</summary>
    public void Write(string name, string help, double value) => Begin(name, help).Add(value);

    private void Append(string name, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        StringBuilder series = new(name);
        for (int i = 0; i < labels.Length; i++)
        {
            series.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"")
                .Append(Escaped(labels[i].Value, '"')).Append('"');
        }

        if (!labels.IsEmpty)
            series.Append('}');
        if (_told.Add(series.ToString()))
            _text.Append(series).Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escaped(string text, char? quote)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quote is null ? escaped : escaped.Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>A metric that has begun.</summary>
    /// <param name="text">Where it is written.</param>
    /// <param name="name">Its name.</param>
    internal readonly struct Metric(Exposition text, string name)
    {
        /// <summary>A value, and what it is the value of.</summary>
        public void Add(double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
            text.Append(name, value, labels);
    }
}
