using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Truce.Verify;

/// <summary>artifacts/verify/NAME.json: what was taken at this very state of the source, and when.</summary>
internal sealed class VerifyStore
{
    private readonly string _path;
    private readonly JsonObject _document;

    private VerifyStore(string path, JsonObject document) => (_path, _document) = (path, document);

    /// <summary>Opens it; what another commit left there is dropped.</summary>
    public static async Task<VerifyStore> OpenAsync(string name)
    {
        string path = Repository.At("artifacts", "verify", name + ".json");
        string key = await KeyAsync().ConfigureAwait(false);
        JsonObject? kept = File.Exists(path)
            ? JsonNode.Parse(await File.ReadAllTextAsync(path).ConfigureAwait(false)) as JsonObject
            : null;
        if ((string?)kept?["commit"] != key)
            kept = new JsonObject { ["commit"] = key, ["rows"] = new JsonObject() };
        return new VerifyStore(path, kept!);
    }

    /// <summary>A row's result if it passed before, and when.</summary>
    public (RowResult Result, string Date)? Passed(string row) =>
        _document["rows"]?[row] is JsonObject kept && (string?)kept["verdict"] == Word(Verdict.Pass)
            ? (new RowResult(Verdict.Pass, (string)kept["figure"]!), (string)kept["date"]!)
            : null;

    /// <summary>Writes a row down.</summary>
    public void Keep(Row row, RowResult result)
    {
        _document["rows"]![row.Name] = new JsonObject
        {
            ["verdict"] = Word(result.Verdict),
            ["figure"] = result.Figure,
            ["reach"] = row.Reach,
            ["date"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path + ".new", _document.ToJsonString(new() { WriteIndented = true }));
        File.Move(_path + ".new", _path, overwrite: true);
    }

    /// <summary>PASS, FAIL or SKIP.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "PASS",
        Verdict.Fail => "FAIL",
        Verdict.Skip => "SKIP",
    };

    /// <summary>The commit, and where the tree differs from it, a digest of the difference: figures belong to
    /// what was run. Results that a verification writes into the tree don't count.</summary>
    public static async Task<string> KeyAsync()
    {
        TimeSpan limit = TimeSpan.FromSeconds(30);
        Ended commit = await Command.RunAsync("git", ["rev-parse", "HEAD"], limit).ConfigureAwait(false);
        if (commit.Code != 0)
            throw new InvalidOperationException("git rev-parse HEAD: " + commit.Output);
        Ended difference = await Command.RunAsync(
            "git", ["diff", "HEAD", "--", ".", ":!bench/results"], limit).ConfigureAwait(false);
        return difference.Output.Length == 0
            ? commit.LastLine
            : $"{commit.LastLine}+{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(difference.Output)))[..12]}";
    }
}
