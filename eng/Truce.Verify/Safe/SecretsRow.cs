using System.Text.RegularExpressions;

namespace Truce.Verify.Safe;

/// <summary>Secrets in twelve places of a configuration, looked for wherever a reader can look.</summary>
internal static partial class SecretsRow
{
    private const int Places = 12;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static readonly string[][] s_readings =
    [
        ["config", "show"], ["config", "show", "--json"], ["config", "show", "--with-status"],
        ["config", "show", "1"], ["config", "history", "--json"],
        ["status", "--json"], ["events", "--json"], ["fence", "history", "--json"],
        ["fence", "list", "--json"], ["attr", "list"],
        ["why", "p1"], ["simulate", "--live-check", "--json", "-s", "-A"],
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "secrets", $"{Places} places, readers with and without the right: shown nowhere unasked, the round trip keeps them", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (Environment.UserName != "root")
            return RowResult.Skip("needs root: a reader is another user");
        SafeLab lab = await SafeLab.UpAsync("secrets").ConfigureAwait(false);
        string file = Path.Combine(Path.GetTempPath(), $"truce-secrets-{Environment.ProcessId}.xml");
        await using (lab.ConfigureAwait(false))
        {
            try
            {
                await File.WriteAllTextAsync(file, Configuration).ConfigureAwait(false);
                Ended applied = await lab.TruceAsync(
                    "config", "apply", file, "--node", "n1").ConfigureAwait(false);
                if (applied.Code != 0)
                    return RowResult.If(false, $"the configuration isn't taken: {applied.Output}");
                await FloodRow.LetReadersInAsync(lab, "n1").ConfigureAwait(false);
                List<string> wrong = [];
                int looks = await LookAsync(lab, wrong).ConfigureAwait(false);
                await RoundTripAsync(lab, file, wrong).ConfigureAwait(false);
                return RowResult.If(wrong.Count == 0, wrong.Count == 0
                    ? $"{Places} places, {looks} looks by three readers, logs, arguments and modes: none shown; all are back after a round trip"
                    : string.Join(" | ", wrong.Take(10)));
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static async Task<int> LookAsync(SafeLab lab, List<string> wrong)
    {
        int looks = 0;
        foreach (string[] reading in s_readings)
        {
            foreach (string[] who in (string[][])[[],
                ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]])
            {
                looks++;
                Ended seen = await AsAsync(lab, who, reading).ConfigureAwait(false);
                if (Secret().IsMatch(seen.Output))
                    wrong.Add($"{string.Join(' ', reading)} shows {Secret().Match(seen.Output).Value} to {(who.Length == 0 ? "root, unasked" : "a reader")}");
            }
        }

        Ended refused = await AsAsync(
            lab, ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
            ["config", "show", "--show-secrets"]).ConfigureAwait(false);
        if (refused.Code != 5 || Secret().IsMatch(refused.Output))
            wrong.Add($"a reader who asks for secrets gets exit {refused.Code}");
        Ended asked = await AsAsync(lab, [], ["config", "show", "--show-secrets"]).ConfigureAwait(false);
        if (Secret().Matches(asked.Output).Select(m => m.Value).Distinct().Count() != Places)
            wrong.Add("root who asks doesn't see all");
        await LookAroundAsync(lab, wrong).ConfigureAwait(false);
        return looks + 2;
    }

    // Logs, the arguments of every process, and files that others can read.
    private static async Task LookAroundAsync(SafeLab lab, List<string> wrong)
    {
        Ended logs = await Command.RunAsync("bash",
            ["-c", $"grep -rlaE 'S3CR-[0-9]{{2}}-' {lab.Folder}/nodes/*/disk/log {lab.Folder}/nodes/*/disk/var/log 2>/dev/null; for p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$p 2>/dev/null; done | grep -aoE 'S3CR-[0-9]{{2}}-[a-z]+'"],
            s_limit).ConfigureAwait(false);
        if (logs.Output.Contains("S3CR", StringComparison.Ordinal)
            || logs.Output.Contains("/nodes/", StringComparison.Ordinal))
            wrong.Add($"logs or arguments: {logs.LastLine}");
        Ended open = await Command.RunAsync("bash",
            ["-c", $"find {lab.Folder} -type f -perm /044 -size -8000k -exec grep -laE 'S3CR-[0-9]{{2}}-' {{}} + 2>/dev/null"], s_limit).ConfigureAwait(false);
        if (open.Output.Trim().Length > 0)
            wrong.Add($"readable by others: {open.LastLine}");
    }

    private static async Task RoundTripAsync(SafeLab lab, string file, List<string> wrong)
    {
        string before =
            (await AsAsync(lab, [], ["config", "show", "--show-secrets"]).ConfigureAwait(false)).Output;
        Ended masked = await AsAsync(lab, [], ["config", "show"]).ConfigureAwait(false);
        await File.WriteAllTextAsync(file, masked.Output).ConfigureAwait(false);
        Ended back = await lab.TruceAsync("config", "apply", file, "--node", "n1").ConfigureAwait(false);
        string after =
            (await AsAsync(lab, [], ["config", "show", "--show-secrets"]).ConfigureAwait(false)).Output;
        if (back.Code != 0 || Found(before) != Found(after))
            wrong.Add($"the round trip loses secrets: exit {back.Code}, {back.LastLine}");
        await File.WriteAllTextAsync(
            file, masked.Output.Replace("name=\"passphrase\"", "name=\"password\"", StringComparison.Ordinal))
            .ConfigureAwait(false);
        Ended moved = await lab.TruceAsync("config", "apply", file, "--node", "n1").ConfigureAwait(false);
        if (moved.Code != 3)
            wrong.Add($"a mask in another place is taken: exit {moved.Code}");
    }

    private static string Found(string text) =>
        string.Join(',', Secret().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal));

    private static Task<Ended> AsAsync(SafeLab lab, string[] who, string[] words)
    {
        string[] line = [.. who, Repository.At("bin", "truce"), .. words, "--socket", "api.sock"];
        // The socket's folder is the current one: it may lie where a reader can't go.
        return Command.RunAsync(
            line[0], line[1..], s_limit, null, Path.Combine(lab.Folder, "nodes", "n1", "run"));
    }

    private static string Pair(string id, int place, string name) =>
        $"<instance_attributes id=\"{id}\"><nvpair id=\"{id}-1\" name=\"{name}\" value=\"{Of(place)}\"/></instance_attributes>";

    private static string Of(int place) => $"S3CR-{place:D2}-{(char)('a' + place)}bcdef";

    private static string Configuration =>
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
        + "<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o-1\" name=\"stonith-enabled\" value=\"false\"/>"
        + $"<nvpair id=\"o-2\" name=\"api_token\" value=\"{Of(1)}\"/></cluster_property_set></crm_config>"
        + $"<nodes><node id=\"1\" uname=\"n1\">{Pair("n1a", 2, "snmp_community")}</node><node id=\"2\" uname=\"n2\"/><node id=\"3\" uname=\"n3\"/></nodes><resources>"
        + $"<template id=\"t\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">{Pair("ti", 3, "password")}</template>"
        + $"<primitive id=\"p1\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">{Pair("pi", 4, "passwd")}"
        + $"<meta_attributes id=\"pm\"><nvpair id=\"pm-1\" name=\"db_secret\" value=\"{Of(5)}\"/></meta_attributes>"
        + $"<operations><op id=\"p1-m\" name=\"monitor\" interval=\"5s\">{Pair("oi", 6, "probe_password")}</op></operations></primitive>"
        + $"<group id=\"g\"><primitive id=\"m\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">{Pair("mi", 7, "passphrase")}</primitive></group>"
        + $"<clone id=\"c\"><primitive id=\"k\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">{Pair("ki", 8, "api_key")}</primitive></clone>"
        + "</resources><constraints/>"
        + $"<rsc_defaults><meta_attributes id=\"rd\"><nvpair id=\"rd-1\" name=\"admin_password\" value=\"{Of(9)}\"/></meta_attributes></rsc_defaults>"
        + $"<op_defaults><meta_attributes id=\"od\"><nvpair id=\"od-1\" name=\"op_password\" value=\"{Of(10)}\"/></meta_attributes></op_defaults>"
        + $"<alerts><alert id=\"a\" path=\"/bin/true\">{Pair("ai", 11, "smtp_password")}<recipient id=\"r\" value=\"x\">{Pair("ri", 12, "auth_token")}</recipient></alert></alerts>"
        + "</configuration><status/></cib>";

    [GeneratedRegex("S3CR-[0-9]{2}-[a-z]+")]
    private static partial Regex Secret();
}
