using Truce.Mutants;
using Truce.Mutants.Running;

try
{
    return args switch
    {
        ["run"] => RunCommand.Run(),
        ["planted", var tree] => PlantedCommand.Run(tree),
        ["work", .. var rest] => Worker.Run(rest),
        _ => Fail(),
    };
}
catch (NoFigureException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Fail()
{
    Console.Error.WriteLine(
        "there are: run (PROJECT=, FILES=a,b, SINCE=, SAMPLE=, SEED=, TESTS=, FRESH=1), "
        + "planted TREE (ONLY=a,b, SUITES=, SAMPLE=, JOBS=, FRESH=1)");
    return 2;
}
