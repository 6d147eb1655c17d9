using Truce.Mutants;
using Truce.Mutants.Running;

return args switch
{
    ["run"] => RunCommand.Run(),
    ["planted", var tree] => PlantedCommand.Run(tree),
    ["work", .. var rest] => Worker.Run(rest),
    _ => Fail(),
};

static int Fail()
{
    Console.Error.WriteLine(
        "there are: run (PROJECT=, SINCE=, SAMPLE=, SEED=, TESTS=, FRESH=1), planted TREE (ONLY=a,b)");
    return 2;
}
