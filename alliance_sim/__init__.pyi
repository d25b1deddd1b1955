from alliance_sim.agents.model import AllianceModel as AllianceModel
from alliance_sim.api.notebook import ask as ask
from alliance_sim.api.notebook import literature as literature
from alliance_sim.api.notebook import load as load
from alliance_sim.api.notebook import parameters as parameters
from alliance_sim.api.notebook import play as play
from alliance_sim.api.notebook import results as results
from alliance_sim.api.notebook import run as run
from alliance_sim.api.own_data import read_data as read_data
from alliance_sim.api.work import Study as Study
from alliance_sim.scenario.experiment import Experiment as Experiment
from alliance_sim.scenario.problem import ConfigError as ConfigError
from alliance_sim.scenario.scenario import Scenario as Scenario

__version__: str
