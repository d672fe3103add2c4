/** The lines that the test harness reads. */
class Report {
    int passed;
    int failed;

    boolean check(String what, Judge.Step step) {
        try {
            step.run();
            passed++;
            System.out.println("ok " + what);
            return true;
        } catch (Refused refused) {
            fail(what, refused.getMessage());
        } catch (Exception | StackOverflowError thrown) {
            fail(what, thrown.toString());
        }
        return false;
    }

    private void fail(String what, String why) {
        failed++;
        System.out.println("FAIL " + what + ": " + why.replaceAll("\\s+", " "));
    }

    void waiting(String what) {
        System.out.println("waiting " + what);
    }

    void note(String what) {
        System.out.println("note " + what);
    }
}
