using System.Globalization;
using System.Text;

namespace Truce.Verify.Scheduling;

/// <summary>How the cost grows with the cluster: cold clusters of six sizes, generated here.</summary>
internal static class Growth
{
    // A slope of 1 is linear in nodes × resources; what lies above is the price of the constants at small
    // sizes.
    private const double SlopeMost = 1.2;
    private const int Runs = 3;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly (int Nodes, int Resources)[] s_sizes =
        [(4, 250), (8, 500), (12, 1000), (16, 1500), (24, 2000), (32, 3000)];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "growth", "close to linear in nodes × resources over six sizes", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        List<(double Size, double Seconds)> points = [];
        double start = await SecondsAsync(1, 0).ConfigureAwait(false);
        foreach ((int nodes, int resources) in s_sizes)
            points.Add((nodes * (double)resources,
                await SecondsAsync(nodes, resources).ConfigureAwait(false) - start));
        double slope = Slope(points);
        string figures = string.Join(", ", s_sizes.Zip(points, (s, p) => string.Create(
            CultureInfo.InvariantCulture, $"{s.Nodes}x{s.Resources} {p.Seconds:F3} s")));
        return RowResult.If(slope <= SlopeMost, string.Create(
            CultureInfo.InvariantCulture,
            $"exponent {slope:F2} of nodes × resources, start-up of {start:F3} s taken off; {figures}"));
    }

    private static async Task<double> SecondsAsync(int nodes, int resources)
    {
        string file = Repository.At("artifacts", "growth.xml");
        await File.WriteAllTextAsync(file, Cluster(nodes, resources)).ConfigureAwait(false);
        List<double> seconds = [];
        for (int run = 0; run < Runs; run++)
            seconds.Add((await Measured.RunAsync(s_limit, ScaleClusters.Ours(file)).ConfigureAwait(false))
                .Seconds);
        return Measured.Median(seconds);
    }

    // The slope of the line of least squares through the logarithms.
    private static double Slope(IReadOnlyList<(double Size, double Seconds)> points)
    {
        double x = points.Average(p => Math.Log(p.Size)), y = points.Average(p => Math.Log(p.Seconds));
        return points.Sum(p => (Math.Log(p.Size) - x) * (Math.Log(p.Seconds) - y)) / points.Sum(
            p => Math.Pow(Math.Log(p.Size) - x, 2));
    }

    private static string Cluster(int nodes, int resources)
    {
        StringBuilder text = new(
            "<cib validate-with=\"pacemaker-3.0\" epoch=\"1\" num_updates=\"0\" admin_epoch=\"0\" have-quorum=\"1\"><configuration>");
        text.Append("<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o1\" name=\"stonith-enabled\" value=\"false\"/></cluster_property_set></crm_config><nodes>");
        for (int node = 1; node <= nodes; node++)
            text.Append(CultureInfo.InvariantCulture, $"<node id=\"{node}\" uname=\"n{node}\"/>");
        text.Append("</nodes><resources>");
        for (int resource = 0; resource < resources; resource++)
            text.Append(CultureInfo.InvariantCulture,
                $"<primitive id=\"r{resource}\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"><operations><op id=\"r{resource}-m\" name=\"monitor\" interval=\"10s\"/></operations></primitive>");
        text.Append("</resources><constraints>");
        for (int resource = 1; resource < resources; resource += 5)
            text.Append(CultureInfo.InvariantCulture,
                $"<rsc_order id=\"r{resource}-o\" first=\"r{resource - 1}\" then=\"r{resource}\"/><rsc_location id=\"r{resource}-l\" rsc=\"r{resource}\" node=\"n{1 + (resource % nodes)}\" score=\"100\"/>");
        text.Append("</constraints></configuration><status>");
        for (int node = 1; node <= nodes; node++)
            text.Append(CultureInfo.InvariantCulture,
                $"<node_state id=\"{node}\" uname=\"n{node}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"/>");
        return text.Append("</status></cib>").ToString();
    }
}
